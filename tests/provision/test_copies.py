"""A copy is whole, or it is refused with a sentence."""

import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from schemas.envelope import now
from services.provision.copies import (
    Draft,
    Failed,
    Manifest,
    SecretCopy,
    Spoilt,
    StreamCopy,
    examine,
    take_secrets,
)

BEGIN = b"\xff\x06\x00\x00S2sTwO"
SNAPSHOT = BEGIN + b"\x01\x05\x00\x00hello" + b"\x00\x03\x00\x00abc"


def written(path: Path, snapshot: bytes = SNAPSHOT, **secrets: bytes) -> Path:
    with Draft(path) as draft:
        with draft.spool() as sink:
            sink.write(snapshot)
        size, digest = draft.add_spooled("streams/PLANNER")
        stream = StreamCopy(
            name="PLANNER",
            created="2026-11-22T00:00:00Z",
            messages=1,
            last_seq=1,
            config={},
            state={},
            heard={},
            size=size,
            sha256=digest,
        )
        kept = []
        for name, content in secrets.items():
            place = name.replace("__", "/")
            size, digest = draft.add(f"secrets/{place}", content)
            kept.append(SecretCopy(path=place, size=size, sha256=digest))
        draft.finish(
            Manifest(
                budkavle="1",
                broker="2.15.1",
                begun_at=now(),
                tellers={},
                streams=(stream,),
                secrets=tuple(kept),
            )
        )
    return path


def rewritten(path: Path, member: str, content: bytes | None) -> Path:
    """Change one member of a copy, or leave it out."""
    other = path.with_name("other.tar")
    with tarfile.open(path) as old, tarfile.open(other, "w") as new:
        for entry in old:
            file = old.extractfile(entry)
            assert file is not None
            bytes_ = file.read()
            if entry.name == member:
                if content is None:
                    continue
                bytes_, entry.size = content, len(content)
            new.addfile(entry, BytesIO(bytes_))
    return other


def test_what_was_written_is_read_back(tmp_path: Path) -> None:
    path = written(tmp_path / "copy.tar")

    manifest = examine(path)

    assert [stream.name for stream in manifest.streams] == ["PLANNER"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_a_copy_that_is_not_whole_gets_no_name(tmp_path: Path) -> None:
    with pytest.raises(Spoilt, match="cut off"):
        written(tmp_path / "copy.tar", SNAPSHOT[:-1])

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "word", [b"hello", b"abc", b"streams/PLANNER", b"manifest.json", b"sha256"]
)
def test_one_changed_byte_is_found(tmp_path: Path, word: bytes) -> None:
    path = written(tmp_path / "copy.tar")
    whole = bytearray(path.read_bytes())
    whole[whole.index(word)] ^= 1
    path.write_bytes(whole)

    with pytest.raises(Spoilt, match="use another"):
        examine(path)


@pytest.mark.parametrize("keep", [0, 100, 600, 1500, 2000])
def test_a_copy_that_is_cut_off_is_refused(tmp_path: Path, keep: int) -> None:
    path = written(tmp_path / "copy.tar")
    path.write_bytes(path.read_bytes()[:keep])

    with pytest.raises(Spoilt, match=r"use another|right file"):
        examine(path)


def test_a_missing_stream_is_named(tmp_path: Path) -> None:
    path = rewritten(written(tmp_path / "copy.tar"), "streams/PLANNER", None)

    with pytest.raises(Spoilt, match="streams/PLANNER is missing"):
        examine(path)


def test_a_newer_format_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path / "copy.tar")
    newer = examine(path).model_copy(update={"format": 2}).model_dump_json().encode()

    with pytest.raises(Spoilt, match="newer Budkavle"):
        examine(rewritten(path, "manifest.json", newer))


def test_no_copy_at_all_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a copy")

    with pytest.raises(Spoilt, match="not a whole copy"):
        examine(tmp_path / "text")
    with pytest.raises(Spoilt, match="cannot be read"):
        examine(tmp_path / "nothing")


def test_missing_secrets_are_written_and_closed_to_others(tmp_path: Path) -> None:
    path = written(tmp_path / "copy.tar", planner__nkey=b"SU1", broker__users=b"U")
    folder = tmp_path / "secrets"

    taken = take_secrets(path, examine(path), folder)

    assert {each.relative_to(folder).as_posix() for each in taken} == {
        "planner/nkey",
        "broker/users",
    }
    assert (folder / "planner" / "nkey").read_text() == "SU1"
    assert (folder / "planner" / "nkey").stat().st_mode & 0o777 == 0o600
    assert take_secrets(path, examine(path), folder) == []


def test_another_secret_in_the_place_is_kept(tmp_path: Path) -> None:
    path = written(tmp_path / "copy.tar", a__nkey=b"SU1", planner__nkey=b"SU2")
    (tmp_path / "secrets" / "planner").mkdir(parents=True)
    (tmp_path / "secrets" / "planner" / "nkey").write_text("SU3")

    with pytest.raises(Failed, match="another than in the copy"):
        take_secrets(path, examine(path), tmp_path / "secrets")

    assert not (tmp_path / "secrets" / "a").exists()


def test_a_secret_outside_of_the_folder_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path / "copy.tar", **{"..__escaped": b"x"})

    with pytest.raises(Failed, match="outside of the folder"):
        take_secrets(path, examine(path), tmp_path / "secrets")


def test_without_secrets_there_are_none_to_take(tmp_path: Path) -> None:
    path = written(tmp_path / "copy.tar")

    with pytest.raises(Failed, match="made without --with-secrets"):
        take_secrets(path, examine(path), tmp_path)
