"""A restart forgets nothing, and a spoiled record is refused with a reason."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.simulator.running import ARGV, ROOT, STATUSES, png, running_simulator

pytestmark = pytest.mark.web


async def test_posts_images_and_keys_survive_a_loss_of_power(tmp_path: Path) -> None:
    with running_simulator(tmp_path) as running:
        async with running.client() as client:
            media = await client.post(
                "/mastodon/api/v2/media",
                files={"file": ("b.png", png(), "image/png")},
                data={"description": "En bild"},
            )
            fields = {"status": "Kvar", "media_ids": [media.json()["id"]]}
            key = {"Idempotency-Key": "k"}
            post = (await client.post(STATUSES, json=fields, headers=key)).json()
            gone = (await client.post(STATUSES, json={"status": "Borta"})).json()
            await client.delete(f"{STATUSES}/{gone['id']}")
        record = running.record()

        running.kill_and_restart()

        assert running.record() == record
        async with running.client() as client:
            again = (await client.post(STATUSES, json=fields, headers=key)).json()
            assert (again["id"], again["content"]) == (post["id"], post["content"])
            [attached] = again["media_attachments"]
            assert attached["description"] == "En bild"
            assert (await client.get(attached["url"])).content == png()
            assert (await client.get(f"{STATUSES}/{gone['id']}")).status_code == 404
            newer = (await client.post(STATUSES, json={"status": "Ny"})).json()
            assert int(newer["id"]) > int(gone["id"])


async def test_a_torn_last_line_never_happened(tmp_path: Path) -> None:
    with running_simulator(tmp_path) as running:
        async with running.client() as client:
            await client.post(STATUSES, json={"status": "Hel"})
            whole = running.record()
            running.program.kill()
            running.program.wait()
            with (tmp_path / "record.jsonl").open("ab") as record:
                record.write(b'{"n":2,"at":"2026')
            running.kill_and_restart()
            assert running.record() == whole
            await client.post(STATUSES, json={"status": "Nästa"})
            assert [entry["n"] for entry in running.record()] == [1, 2]


def _fails_to_start(**env: str) -> str:
    done = subprocess.run(
        ARGV, cwd=ROOT, env={**os.environ, **env}, capture_output=True, timeout=30, check=False
    )
    assert done.returncode == 2
    return done.stderr.decode()


def test_a_spoiled_record_is_not_continued(tmp_path: Path) -> None:
    (tmp_path / "record.jsonl").write_bytes(b"nonsense\n")
    assert "line 1 is not a record entry" in _fails_to_start(SIMULATOR_DATA_FOLDER=str(tmp_path))


def test_two_simulators_cannot_share_a_record(tmp_path: Path) -> None:
    with running_simulator(tmp_path):
        assert "used by another" in _fails_to_start(SIMULATOR_DATA_FOLDER=str(tmp_path))


def test_wrong_settings_are_explained(tmp_path: Path) -> None:
    said = _fails_to_start(
        SIMULATOR_DATA_FOLDER=str(tmp_path), SIMULATOR_TOKENS='{"t": "a/b"}', SIMULATOR_PORT="1"
    )
    assert "SIMULATOR_TOKENS" in said
