"""The roll: what was written is read, a changed file is taken in, a broken one is said and left."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from services.kit.rolls import RollFile, read_roll, written_roll
from services.kit.unfit import Unfit
from services.publisher.siren.officers.roll import Roll
from tests.siren.enlisted import station

CANARY = "s3cret-canary"


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    made = station(tmp_path, "astrid", "bo", "cia")
    made.enlisting.renew("astrid")
    made.enlisting.remove("bo")
    made.enlisting.seal_envelope()
    text = made.enlisting.path.read_text()
    assert written_roll(read_roll(text)) == text
    assert read_roll(written_roll(RollFile())) == RollFile()


def test_odd_names_and_addresses_survive(tmp_path: Path) -> None:
    made = station(tmp_path, "astrid")
    name = 'Åsa "Ö" \\ von 😀'
    made.enlisting.add("asa", name, ['json://x/?a="b"&c=\\d'], "en", "+46 70 123")
    found = made.roll.officer("asa")
    assert found is not None
    assert (found.name, found.language, found.phone) == (name, "en", "+46 70 123")
    assert found.pages == ('json://x/?a="b"&c=\\d',)


def test_officers_show_nothing_of_what_opens_their_doors(tmp_path: Path) -> None:
    made = station(tmp_path, pages=(f"json://{CANARY}/",))
    assert CANARY not in repr(made.roll.officers())
    assert "box" not in repr(made.roll.officers())


def test_a_changed_file_is_taken_in_at_the_next_look(tmp_path: Path) -> None:
    made = station(tmp_path)
    made.enlisting.add("cia", "Cia", ["json://127.0.0.1:1/"])
    made.enlisting.remove("bo")
    assert [each.id for each in made.roll.officers()] == ["astrid", "cia"]
    assert made.roll.officer("bo") is None
    assert made.roll.knows("bo")
    assert made.roll.name_of("bo") == "Bo"
    assert made.roll.name_of("zed") == "zed"


@pytest.mark.parametrize("how", ["broken", "open", "gone"])
def test_a_file_that_breaks_leaves_officers_as_they_were(tmp_path: Path, how: str) -> None:
    made = station(tmp_path)
    if how == "broken":
        made.enlisting.path.write_text("[officers.astrid]\nname = 1\n")
    elif how == "open":
        made.enlisting.path.chmod(0o644)
        made.enlisting.path.touch()
    else:
        made.enlisting.path.unlink()
    with capture_logs() as logs:
        made.enlisting.path.parent.touch()
        if how == "open":
            # A mode alone is no new making of the file.
            made.enlisting.path.write_text(made.enlisting.path.read_text() + "\n")
        assert [each.id for each in made.roll.officers()] == ["astrid", "bo"]
        made.roll.officers()
    assert [line["event"] for line in logs] == ["officers.kept_as_they_were"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (("name = ", "nam = "), r"line 1, officers\.astrid\.name: Field required"),
        (('name = "Astrid"', 'name = ""'), r"line 2, officers\.astrid\.name: "),
        (('name = "Astrid"', f'name = "{CANARY}'), "line 2: this is not TOML"),
        (('language = "sv"', 'language = "de"'), r"line 3, officers\.astrid\.language: "),
        (('"json://', f'"{CANARY} json://'), r"line 4, officers\.astrid\.pages: .*no address"),
        (('"json://', f'"{CANARY}://'), r"officers\.astrid\.pages: number 1 is no address"),
        (("passes = 1", "passes = 0"), r"officers\.astrid\.seal: "),
        (('public = "', 'public = "A'), r"officers\.astrid\.keys: "),
        (("use = ", "x = 1\nuse = "), r"officers\.astrid\.keys: Extra inputs"),
        (("[officers.astrid]", "[officers.Astrid]"), r"officers\.Astrid: "),
    ],
)
def test_a_mistake_is_named_with_its_place_and_never_shown(
    tmp_path: Path, wrong: tuple[str, str], said: str
) -> None:
    made = station(tmp_path, "astrid")
    path = made.enlisting.path
    path.write_text(path.read_text().replace(*wrong, 1))
    with pytest.raises(Unfit, match=said) as caught:
        Roll(path)
    assert str(caught.value).startswith(str(path))
    assert CANARY not in str(caught.value)
    assert "; " in str(caught.value)


def test_a_key_under_a_name_that_is_not_its_own_is_refused(tmp_path: Path) -> None:
    made = station(tmp_path, "astrid")
    path = made.enlisting.path
    [name] = made.enlisting.read().officers["astrid"].keys
    path.write_text(path.read_text().replace(name, "0" * 16))
    with pytest.raises(Unfit, match="is not that key"):
        Roll(path)


@pytest.mark.parametrize(("how", "said"), [("gone", "services.provision keys"), ("open", "600")])
def test_no_roll_is_no_start(tmp_path: Path, how: str, said: str) -> None:
    made = station(tmp_path)
    if how == "gone":
        made.enlisting.path.unlink()
    else:
        made.enlisting.path.chmod(0o640)
    with pytest.raises(Unfit, match=said):
        Roll(made.enlisting.path)
