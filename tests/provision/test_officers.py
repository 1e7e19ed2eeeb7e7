"""Ops enlist officers: what opens a door is printed once, and who left is still believed."""

import re
import stat
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import services.provision
from services.kit.keyfiles import read_key
from services.kit.rolls import Entry, read_roll
from services.kit.seals import Signer, new_seed
from services.kit.unfit import Unfit
from services.provision import papers
from services.provision.enlisting import Enlisting
from services.provision.keys import write_keys
from tests.siren.enlisted import CHEAP, Clock, secrets_in

PAGES = ("json://127.0.0.1:1/",)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def roll(tmp_path: Path, clock: Clock) -> Enlisting:
    return Enlisting(tmp_path, clock, CHEAP)


def opened(entry: Entry, password: str) -> bytes:
    secret = entry.seal.open(password)
    assert secret is not None
    return secret


def test_papers_open_what_is_sealed_and_the_roll_alone_does_not(roll: Enlisting) -> None:
    made = roll.add("astrid", "Astrid Ny", PAGES)
    entry = roll.read().officers["astrid"]
    secret = opened(entry, made.password)
    [(name, key)] = entry.keys.items()
    assert (Signer(secret[:32]).name, secret[32:]) == (name, made.secret)
    assert key.use == "page"
    assert [entry.printed.found(code) for code in made.codes] == list(entry.printed.digests)
    assert not any(each in roll.path.read_text() for each in secrets_in(made))
    assert stat.S_IMODE(roll.path.stat().st_mode) == 0o600


def test_a_paper_says_all_that_its_officer_needs(roll: Enlisting) -> None:
    made = roll.add("astrid", "Astrid Ny", PAGES, "en")
    text = made.text()
    assert "otpauth://totp/Budkavle:astrid?secret=" in text
    assert all(each in text for each in (made.password, "astrid", "Astrid Ny", *made.codes))
    assert len(set(made.codes)) == 10
    assert re.fullmatch(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", made.password)
    assert "Lösenordet" in roll.add("bo", "Bo Lind", PAGES, "sv").text()


def test_every_text_of_a_paper_has_a_swedish_one() -> None:
    path = Path(services.provision.__file__).parent / "locale" / "sv.po"
    with path.open("rb") as file:
        known = {str(each.id): str(each.string) for each in read_po(file) if each.id}
    assert set(known) == set(papers.TEXTS)
    assert all(known.values())


def test_nothing_that_opened_a_door_before_a_renewal_opens_one_after_it(
    roll: Enlisting, clock: Clock, tmp_path: Path
) -> None:
    before = roll.add("astrid", "Astrid Ny", PAGES)
    roll.make_key("astrid", tmp_path / "astrid.key")
    old = set(roll.read().officers["astrid"].keys)
    clock.passes(days=1)
    after = roll.renew("astrid")
    entry = roll.read().officers["astrid"]
    assert entry.seal.open(before.password) is None
    assert opened(entry, after.password)[32:] != before.secret
    assert not any(entry.printed.found(code) for code in before.codes)
    ended = {name: key.until for name, key in entry.keys.items() if key.until}
    assert ended == dict.fromkeys(old, clock())
    assert len(entry.keys) == 3


def test_a_key_that_ended_keeps_the_moment_when_it_ended(roll: Enlisting, clock: Clock) -> None:
    roll.add("astrid", "Astrid Ny", PAGES)
    [first] = roll.read().officers["astrid"].keys
    ended = clock()
    roll.renew("astrid")
    clock.passes(days=1)
    roll.renew("astrid")
    clock.passes(days=1)
    roll.remove("astrid")
    left = roll.read().former["astrid"]
    assert left.keys[first].until == ended
    assert len(left.keys) == 3
    assert all(key.until for key in left.keys.values())


def test_somebody_who_comes_back_has_their_old_signatures_and_nobody_else_gets_them(
    roll: Enlisting,
) -> None:
    roll.add("astrid", "Astrid Ny", PAGES)
    [old] = roll.read().officers["astrid"].keys
    roll.remove("astrid")
    with pytest.raises(Unfit, match="choose another id"):
        roll.add("astrid", "Astrid Gren", PAGES)
    roll.add("astrid", "Astrid Ny", PAGES)
    found = roll.read()
    assert not found.former
    assert found.officers["astrid"].keys[old].until is not None
    assert len(found.officers["astrid"].keys) == 2


def test_a_key_file_signs_for_its_officer_and_is_listed(roll: Enlisting, tmp_path: Path) -> None:
    roll.add("astrid", "Astrid Ny", PAGES)
    name = roll.make_key("astrid", path := tmp_path / "astrid.key")
    key = read_key(path)
    assert (key.officer, key.signer.name) == ("astrid", name)
    assert roll.read().officers["astrid"].keys[name].use == "command"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(Unfit, match="there already"):
        roll.make_key("astrid", path)


def test_a_key_that_its_owner_made_is_listed_once_and_for_one_alone(roll: Enlisting) -> None:
    roll.add("astrid", "Astrid Ny", PAGES)
    roll.add("bo", "Bo Lind", PAGES)
    signer = Signer(new_seed())
    assert roll.list_key("astrid", signer.public) == signer.name
    with pytest.raises(Unfit, match="listed already"):
        roll.list_key("bo", signer.public)
    roll.remove("astrid")
    with pytest.raises(Unfit, match="listed already"):
        roll.list_key("bo", signer.public)
    with pytest.raises(Unfit, match="32 bytes"):
        roll.list_key("bo", "AAAA")


def test_other_addresses_change_nothing_else(roll: Enlisting) -> None:
    roll.add("astrid", "Astrid Ny", PAGES)
    before = roll.path.read_text()
    roll.reach("astrid", ["json://127.0.0.1:2/", "json://127.0.0.1:3/"])
    again = roll.path.read_text()
    assert again == before.replace(
        '"json://127.0.0.1:1/"', '"json://127.0.0.1:2/", "json://127.0.0.1:3/"'
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"officer": "Astrid Ny"}, "lower-case letters"),
        ({"name": "A\nB"}, "--name: write it on one line"),
        ({"name": ""}, "--name: "),
        ({"phone": "070\x07"}, "--phone: write it"),
        ({"pages": ["somewhere"]}, "--page: this is no address"),
        ({"pages": ["json://x y"]}, "--page: this is no address"),
        ({"officer": "bo"}, "officers renew bo"),
    ],
)
def test_what_is_unfit_is_said_with_the_flag_and_nothing_changes(
    roll: Enlisting, given: dict[str, object], said: str
) -> None:
    roll.add("bo", "Bo Lind", PAGES)
    before = roll.path.read_text()
    asked: dict[str, object] = {"officer": "astrid", "name": "Astrid", "pages": PAGES}
    with pytest.raises(Unfit, match=said):
        roll.add(**(asked | given))  # type: ignore[arg-type]
    assert roll.path.read_text() == before


def test_a_broken_roll_is_never_written_over(roll: Enlisting) -> None:
    roll.add("bo", "Bo Lind", PAGES)
    roll.path.write_text("[officers.bo]\nname = \n")
    with pytest.raises(Unfit, match="line 2"):
        roll.add("astrid", "Astrid Ny", PAGES)
    assert roll.path.read_text() == "[officers.bo]\nname = \n"


def test_a_first_start_makes_two_officers_who_can_sign_in_and_sign(tmp_path: Path) -> None:
    write_keys(tmp_path)
    found = read_roll((tmp_path / "siren" / "officers.toml").read_text())
    assert set(found.officers) == {"astrid", "bo"}
    for officer, entry in found.officers.items():
        paper = (tmp_path / "officers" / f"{officer}.txt").read_text()
        password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", paper)
        assert password is not None
        assert Signer(opened(entry, password[0])[:32]).name in entry.keys
        key = read_key(tmp_path / "officers" / f"{officer}.key")
        assert entry.keys[key.signer.name].use == "command"


def test_a_first_start_that_was_cut_off_gives_papers_that_fit(
    tmp_path: Path, roll: Enlisting
) -> None:
    roll.write_first()
    roll.path.unlink()
    assert len(roll.write_first()) == 5
    paper = (tmp_path / "officers" / "astrid.txt").read_text()
    password = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", paper)
    assert password is not None
    assert opened(roll.read().officers["astrid"], password[0])
    assert roll.write_first() == []
