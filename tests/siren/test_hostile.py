"""What is thrown at the door is refused in words, and the lane stays up."""

import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schemas.envelope import now
from tests.siren.client import Officer, Refused
from tests.siren.whole import Whole, whole

pytestmark = [pytest.mark.web, pytest.mark.nats]


@pytest.fixture
async def siren(tmp_path: Path) -> AsyncIterator[Whole]:
    async with whole(tmp_path) as running:
        yield running


async def test_everything_that_is_wrong_is_refused_and_an_alert_still_goes_out(
    siren: Whole,
) -> None:
    astrid, bo = siren.astrid, siren.bo
    drafted = await astrid.draft("boil-water", {"place": "Tunadal", "cause": "leak"})

    async def says(officer: Officer, path: str, said: Any) -> str:
        with pytest.raises(Refused) as no:
            await officer.ask("POST", path, said)
        assert no.value.status in range(400, 500)
        assert no.value.problem["title"]
        assert no.value.problem["detail"]
        return str(no.value.problem["code"])

    more = {name: drafted[name] for name in ("bulletin", "prepared")}
    word = astrid.signed("issue", uuid4(), drafted["digest"])

    altered = word | {"statement": word["statement"] | {"alert": str(uuid4())}}
    assert await says(astrid, "/alerts", altered | more) == "statement_altered"

    other = drafted["bulletin"] | {"expires": (now() + timedelta(days=9)).isoformat()}
    assert await says(astrid, "/alerts", word | more | {"bulletin": other}) == "content_other"

    late = astrid.signed("issue", uuid4(), drafted["digest"], at=now() - timedelta(hours=1))
    assert await says(astrid, "/alerts", late | more) == "clock_behind"

    forged = word | {"proof": base64.b64encode(bytes(64)).decode()}
    assert await says(astrid, "/alerts", forged | more) == "statement_altered"

    unknown = {"template": "boil-water", "fields": {"place": "x", "cause": "leak"}}
    assert await says(astrid, "/drafts", unknown | {"areas": ["9999"]}) == "area_unknown"
    assert await says(astrid, "/drafts", {"template": "boil-water"}) == "body_unreadable"

    alert = await astrid.issue(drafted)
    wrong = bo.signed("confirm", alert, "0" * 64)
    assert await says(bo, f"/alerts/{alert}/confirm", wrong) == "content_other"
    own = astrid.signed("confirm", alert, drafted["digest"])
    assert await says(astrid, f"/alerts/{alert}/confirm", own) == "own_confirmation"

    async with httpx.AsyncClient(base_url=siren.door, trust_env=False, timeout=30) as anybody:
        large = await anybody.post("/api/v1/alerts", content=b"{" + b" " * 10_000_000)
        assert large.json()["code"] == "too_large"
        assert (await anybody.get("/api/v1/alerts")).status_code == 401
        assert (await anybody.post("/api/v1/cap", content=b"<alert/>")).status_code in {401, 403}
        for garbage in (b"", b"\x00\xff", b"[]", b'{"statement": {"officer": "astrid"}}'):
            answer = await anybody.post("/api/v1/sessions", content=garbage)
            assert answer.json()["code"] == "body_unreadable"

    said = await bo.confirm(alert, drafted["digest"])
    assert said["state"] == "out"
