"""Signing in: two things that belong together open a session, and nothing else does."""

import asyncio
from pathlib import Path

import pytest

from schemas.codes import Code
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.officers.sessions import (
    IDLE,
    LONGEST,
    by_key,
)
from services.publisher.siren.officers.signing import check
from tests.siren.door import Door
from tests.siren.enlisted import secrets_in, statement, station


@pytest.fixture
def door(tmp_path: Path) -> Door:
    return Door(station(tmp_path))


async def test_password_and_code_open_a_session_that_signs(door: Door) -> None:
    word = await door.enter("astrid")
    session = door.sessions.session(word)
    said = statement("astrid", door.made.clock())
    signed = check(said, *session.sign(said), door.made.roll, door.made.clock())
    assert (session.officer, signed.officer) == ("astrid", "astrid")
    with pytest.raises(Refusal):
        session.sign(statement("bo", door.made.clock()))


async def test_what_is_to_be_stored_says_what_was_used_and_opens_nothing(door: Door) -> None:
    fact = (await door.try_in("astrid", door.made.code("astrid"))).fact
    assert (fact.officer, fact.way, fact.version) == ("astrid", "code", 1)
    assert fact.step == int(door.made.clock().timestamp()) // 30
    assert not any(
        each in fact.model_dump_json() for each in secrets_in(door.made.papers["astrid"])
    )


async def test_nothing_that_is_secret_is_shown(door: Door) -> None:
    entrance = await door.try_in("astrid", door.made.code("astrid"))
    session = door.sessions.session(door.sessions.open(entrance))
    shown = f"{entrance!r} {session!r}"
    assert "Signer" not in shown
    assert not any(each in shown for each in secrets_in(door.made.papers["astrid"]))


async def test_the_word_of_a_session_is_long_and_kept_nowhere(door: Door) -> None:
    word = await door.enter("astrid")
    assert len(word) >= 43
    assert word not in repr(door.sessions.__dict__)
    assert door.ended(word[:-1])
    assert door.ended("")
    assert door.ended("\ud800")


async def test_a_code_is_good_once(door: Door) -> None:
    code = door.made.code("astrid")
    await door.enter("astrid", code)
    assert (await door.refused("astrid", code)).code is Code.SIGN_IN_REFUSED
    assert (await door.refused("astrid", door.made.code("astrid", -1))).code
    door.made.clock.passes(seconds=30)
    await door.enter("astrid")


async def test_of_two_with_the_same_code_the_desk_can_store_only_one(door: Door) -> None:
    code = door.made.code("astrid")
    one, other = await asyncio.gather(door.try_in("astrid", code), door.try_in("astrid", code))
    assert one.fact.version == other.fact.version == 1
    assert one.fact.event_id == other.fact.event_id


async def test_a_printed_code_is_good_once_however_it_is_typed(door: Door) -> None:
    first, second, *_ = door.made.papers["astrid"].codes
    await door.enter("astrid", first.upper().replace("-", " "))
    newest = door.newest["astrid"]
    assert newest is not None
    assert newest.fact.way == "printed"
    assert len(newest.fact.spent) == 1
    await door.refused("astrid", first)
    await door.enter("astrid", second)
    await door.refused("astrid", first)
    # And the authenticator still works after them.
    await door.enter("astrid")
    after = door.newest["astrid"]
    assert after is not None
    assert len(after.fact.spent) == 2
    await door.refused("astrid", second)


async def test_whatever_is_wrong_the_refusal_is_the_same(door: Door) -> None:
    papers = door.made.papers
    right = door.made.code("astrid")
    wrong = [
        await door.refused("astrid", right, password="abcd-efgh-jkmn-pqrs", address="192.0.2.2"),
        await door.refused("astrid", "000000", address="192.0.2.3"),
        await door.refused("astrid", "", address="192.0.2.4"),
        await door.refused("astrid", papers["bo"].codes[0], address="192.0.2.5"),
        await door.refused("astrid", right, password=papers["bo"].password, address="192.0.2.6"),
        await door.refused("astrid", right, password="", address="192.0.2.7"),
        await door.refused("zed", right, address="192.0.2.8"),
        await door.refused("x" * 10_000, right, address="192.0.2.9"),
        await door.refused("astrid", "9" * 10**6, password="x" * 10**6, address="192.0.2.10"),
    ]
    assert {(each.code, tuple(each.parameters)) for each in wrong} == {(Code.SIGN_IN_REFUSED, ())}


async def test_a_session_that_lies_still_ends_and_one_in_use_does_not(door: Door) -> None:
    used, left = await door.enter("astrid"), await door.enter("bo")
    door.made.clock.passes(seconds=IDLE.total_seconds() - 1)
    assert not door.ended(used)
    door.made.clock.passes(seconds=IDLE.total_seconds() - 1)
    assert not door.ended(used)
    assert door.ended(left)


async def test_no_session_is_longer_than_a_shift(door: Door) -> None:
    word = await door.enter("astrid")
    rounds = int(LONGEST / IDLE) * 2 - 1
    for _ in range(rounds):
        door.made.clock.passes(seconds=IDLE.total_seconds() / 2)
        assert not door.ended(word)
    door.made.clock.passes(seconds=IDLE.total_seconds() / 2)
    assert door.ended(word)


async def test_signing_out_ends_it_at_once(door: Door) -> None:
    word, other = await door.enter("astrid"), await door.enter("bo")
    door.sessions.close(word)
    door.sessions.close("no word at all")
    assert door.ended(word)
    assert not door.ended(other)


@pytest.mark.parametrize("change", ["renew", "remove"])
async def test_whoever_is_renewed_or_leaves_is_signed_out(door: Door, change: str) -> None:
    word, other = await door.enter("astrid"), await door.enter("bo")
    old_code = door.made.code("astrid", 1)
    door.made.clock.passes(seconds=1)
    getattr(door.made.enlisting, change)("astrid")
    assert door.ended(word)
    assert not door.ended(other)
    await door.refused("astrid", old_code)


async def test_new_papers_open_the_door_after_old_printed_codes_were_used(door: Door) -> None:
    await door.enter("astrid", door.made.papers["astrid"].codes[0])
    door.made.papers["astrid"] = door.made.enlisting.renew("astrid")
    await door.enter("astrid", door.made.papers["astrid"].codes[0])
    newest = door.newest["astrid"]
    assert newest is not None
    assert len(newest.fact.spent) == 1
    await door.enter("astrid")


async def test_one_officers_sessions_are_bounded_and_the_newest_stay(door: Door) -> None:
    door.made.clock.passes(seconds=30)
    codes = iter(door.made.papers["astrid"].codes)
    words = [await door.enter("astrid", next(codes)) for _ in range(10)]
    assert [door.ended(word) for word in words] == [True] * 2 + [False] * 8


async def test_a_signature_at_the_command_line_counts_as_having_been_here(door: Door) -> None:
    await door.enter("astrid", door.made.papers["astrid"].codes[0])
    newest = door.newest["astrid"]
    assert newest is not None
    fact = by_key("astrid", newest, door.made.clock())
    assert (fact.way, fact.version, fact.spent) == ("key", 2, newest.fact.spent)
    assert by_key("bo", None, door.made.clock()).version == 1
