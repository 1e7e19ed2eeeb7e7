"""A person's decision is told once, about the entry that was seen, and never into a pause."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from schemas.codes import Code
from schemas.decisions import DecisionMade
from schemas.posts import PostFact
from schemas.publishing import Pause, PublishingPaused, PublishingResumed
from services.planner.domain.people import Person, Role
from services.planner.handlers import Answer
from services.planner.requests import Asked
from tests.planner.asking import POSTS, approve, submit
from tests.planner.deliveries import delivery
from tests.planner.samples import ANNA, BENGT, NOW, variant, written
from tests.planner.web import Web
from tests.planner.world import World, refusal

PAUSE = Pause(scope="channel", name="newsroom", why="olycka", by="bengt", since=NOW)


async def decide(
    world: World, post: PostFact, choice: Any, *, on: int | None = None, **how: Any
) -> Answer:
    person: Person = how.pop("person", BENGT)
    url: str | None = how.pop("url", None)
    entry = on or world.memory.told[-1].sequence
    return await world.planner.decide(
        person, post.post, how.pop("channel", "newsroom"), choice, entry, url, Asked(**how)
    )


async def held(world: World) -> PostFact:
    post = await world.approved(written(variant()))
    world.memory.put(delivery("held", post=post.post))
    return post


async def test_a_decision_is_told_of_the_entry_that_was_seen(world: World) -> None:
    post = await held(world)
    entry = world.memory.told[-1].sequence
    answer = await decide(world, post, "send", key="1" * 64, digest="2" * 64)
    made, answered = (told.fact for told in world.memory.told[-2:])
    assert isinstance(made, DecisionMade)
    assert (made.on, made.choice, made.by) == (entry, "send", "bengt")
    assert answered.version == answer.post.version == post.version
    again = await decide(world, post, "send", on=entry, key="1" * 64, digest="2" * 64)
    assert again.status == 200
    assert world.memory.types().count("decision.made.v1") == 1


async def test_only_an_approver_decides(world: World) -> None:
    post = await held(world)
    author = Person("erik", "Erik", frozenset({Role.AUTHOR, Role.OPS}))
    assert await refusal(decide(world, post, "send", person=author)) is Code.NOT_ALLOWED
    assert (await decide(world, post, "drop", person=ANNA)).status == 200


async def test_an_entry_that_is_not_the_newest_is_not_decided_on(world: World) -> None:
    post = await held(world)
    entry = world.memory.told[-1].sequence
    world.memory.put(delivery("held", post=post.post))
    assert await refusal(decide(world, post, "send", on=entry)) is Code.DECISION_STALE


@pytest.mark.parametrize("channel", ["mastodon", "radio"])
async def test_where_nothing_is_on_its_way_there_is_nothing_to_decide(
    world: World, channel: str
) -> None:
    post = await held(world)
    assert await refusal(decide(world, post, "send", channel=channel)) is Code.DECISION_STALE
    draft = (await world.draft()).post
    assert await refusal(decide(world, draft, "send")) is Code.DECISION_STALE


async def test_it_is_there_only_with_its_address(world: World) -> None:
    post = await world.approved(written(variant()))
    world.memory.put(delivery("uncertain", post=post.post))
    assert await refusal(decide(world, post, "there")) is Code.ADDRESS_FOREIGN
    evil = "https://evil.example/1"
    assert await refusal(decide(world, post, "there", url=evil)) is Code.ADDRESS_FOREIGN
    await decide(world, post, "there", url="https://newsroom.example/1")
    assert world.memory.told[-1].fact.url == "https://newsroom.example/1"


async def test_an_address_counts_for_nothing_else(world: World) -> None:
    post = await held(world)
    await decide(world, post, "drop", url="https://evil.example/1")
    assert world.memory.told[-1].fact.url is None


async def test_nothing_is_sent_before_it_is_resumed(world: World) -> None:
    post = await held(world)
    entry = world.memory.told[-1].sequence
    told: dict[str, Any] = {"occurred_at": NOW, "trace": uuid4(), "by": "bengt"}
    world.memory.put(PublishingPaused(**told, version=1, pauses=(PAUSE,)))
    assert await refusal(decide(world, post, "send", on=entry)) is Code.STILL_PAUSED
    world.memory.put(PublishingResumed(**told, version=2, pauses=()))
    await decide(world, post, "send", on=entry)
    assert world.memory.types()[-1] == "decision.made.v1"


async def test_two_people_decide_at_once_and_one_is_told_so(world: World) -> None:
    post = await held(world)
    entry = world.memory.told[-1].sequence
    twin = DecisionMade(
        occurred_at=NOW,
        trace=post.trace,
        channel="newsroom",
        post=post.post,
        on=entry,
        choice="drop",
        by="cilla",
    )

    def the_other_is_first() -> None:
        world.memory.put(twin)

    world.memory.before_telling.append(the_other_is_first)
    assert await refusal(decide(world, post, "send", on=entry)) is Code.CHANGED_MEANWHILE
    assert await refusal(decide(world, post, "send", on=entry)) is Code.DECISION_TAKEN
    world.clock.moment += timedelta(minutes=4)
    await decide(world, post, "send", on=entry)


async def test_a_variant_says_what_can_be_decided_and_takes_it(web: Web) -> None:
    async with web.client() as anna, web.client("bengt") as bengt:
        post = (await approve(web, await submit(anna))).json()["id"]
        web.told(delivery("held", post=UUID(post)))
        [shown] = (await anna.get(f"{POSTS}/{post}")).json()["variants"]
        assert (shown["needs_person"], shown["choices"]) == (True, ["send", "drop"])
        assert shown["problem"]["detail"].endswith("olycka på E4.")
        wish = {"choice": "send", "on": shown["entry"]}
        address = f"{POSTS}/{post}/channels/newsroom/decision"
        key = {"Idempotency-Key": "once"}
        answers = [await bengt.post(address, json=wish, headers=key) for _ in range(2)]
        [after] = answers[0].json()["variants"]
        taken = await anna.post(address, json=wish)
    assert [answer.status_code for answer in answers] == [200, 200]
    assert (after["choices"], after["next_step"]["code"]) == ([], "carry_out")
    assert (after["decision"]["choice"], after["decision"]["by"]) == ("send", "bengt")
    assert (taken.status_code, taken.json()["code"]) == (409, "decision_taken")


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"choice": "send"},
        {"choice": "shout", "on": 1},
        {"choice": "send", "on": 0},
        {"choice": "send", "on": 1, "why": "x"},
        {"choice": "there", "on": 1, "url": 7},
    ],
)
async def test_what_is_no_decision_is_refused_whole(web: Web, wish: Any) -> None:
    async with web.client() as anna:
        post = (await approve(web, await submit(anna))).json()["id"]
        said = await anna.post(f"{POSTS}/{post}/channels/newsroom/decision", json=wish)
        nowhere = await anna.post(f"{POSTS}/{post}/channels/NEWS ROOM/decision", json=wish)
    assert (said.status_code, said.json()["code"]) == (422, "body_unreadable")
    assert nowhere.status_code == 404
