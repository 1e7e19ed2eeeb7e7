"""Every parameter and field that our adapter sends is one that Meta's own SDK knows."""

import json
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from facebook_business.adobjects.page import Page
from facebook_business.adobjects.pagepost import PagePost
from facebook_business.api import FacebookAdsApi, FacebookRequest

from services.publisher.channels.exchange import Exchange, Reply
from services.publisher.channels.meta import graph
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.domain.answers import Answer, Prepared, Published
from services.publisher.ports import Parcel
from tests.channels.builders import parcel, picture_file, proof_of, sought
from tests.channels.platforms.facebook import SimulatedFacebook
from tests.real.sdk.conftest import SDK
from tests.simulator.running import Running

pytestmark = SDK
PAGE = SimulatedFacebook.page
EVERYWHERE = {"fields", "limit", "since", "after"}
"""Reading any list takes these, whichever it is."""


@pytest.fixture
async def channel(simulator: Running) -> AsyncIterator[FacebookChannel]:
    made = SimulatedFacebook(simulator.url).channel()
    assert isinstance(made, FacebookChannel)
    yield made
    await made.close()


def known(method: str, path: str) -> tuple[FacebookRequest, Any]:
    """The same call as the SDK would make it, and whose fields may be asked for."""
    page, post = Page(PAGE), PagePost("1_2")
    node, _, edge = path.partition("/")
    if node == PAGE:
        request = {
            ("POST", "feed"): page.create_feed,
            ("POST", "photos"): page.create_photo,
            ("GET", "published_posts"): page.get_published_posts,
            ("GET", "scheduled_posts"): page.get_scheduled_posts,
            ("GET", ""): page.api_get,
        }[method, edge]
        return request(pending=True), PagePost if edge else Page
    requests = {"POST": post.api_update, "GET": post.api_get, "DELETE": post.api_delete}
    return requests[method](pending=True), PagePost


class Call(NamedTuple):
    """What one call of ours carries."""

    method: str
    path: str
    given: Mapping[str, Any]


def check(call: Call) -> set[str]:
    """The names of what one call of ours carries; each is known, and so is its type."""
    path = call.path.removeprefix("/")
    theirs, node = known(call.method, path)
    for name in call.given.keys() - EVERYWHERE:
        value = call.given[name]
        value = json.loads(value) if str(value).startswith("[") else value
        checker = theirs._param_checker
        assert checker.is_valid_key(name), f"{call.method} {path}: {name}"
        assert checker.is_valid_pair(name, value), f"{call.method} {path}: {name}={value}"
    asked = re.sub(r"\{.*\}", "", call.given.get("fields", ""))
    for field in filter(None, asked.split(",")):
        # What hangs on a node can be asked for as a field of it.
        assert field in vars(node.Field) or hasattr(node, f"get_{field}"), f"{path}: {field}"
    return set(call.given)


async def life(channel: FacebookChannel, sent: Parcel) -> Answer:
    laid = await channel.prepare(sent)
    assert isinstance(laid, Prepared)
    ready = replace(sent, handle=laid.handle)
    out = await channel.commit(ready)
    assert isinstance(out, Published)
    assert await channel.find(sought(ready)) == out
    assert await channel.find(sought(sent)) == out
    await channel.correct(sent, proof_of(out))
    return await channel.retract(proof_of(out))


async def test_the_sdk_knows_all_that_we_send(
    channel: FacebookChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[Call] = []
    really = Exchange.ask

    async def ask(
        exchange: Exchange, method: str, path: str, patience: float, **more: Any
    ) -> Reply:
        if path != "/":  # a batch is no call of a node
            calls.append(Call(method, path, {**more.get("params", {}), **more.get("data", {})}))
        return await really(exchange, method, path, patience, **more)

    monkeypatch.setattr(Exchange, "ask", ask)
    await channel.check()
    await channel.timeline(datetime.now(UTC))
    await life(channel, parcel("Med länk", link="https://example.org/"))
    await life(channel, parcel("Med bild", picture_file()))
    FacebookAdsApi.init(access_token="ingen", crash_log=False)
    names = set().union(*(check(call) for call in calls))
    assert {"message", "link", "attached_media", "alt_text_custom", "is_published"} <= names


def test_we_speak_the_version_that_the_sdk_speaks() -> None:
    assert FacebookAdsApi.API_VERSION == graph.VERSION


def test_a_parameter_that_nobody_knows_is_seen() -> None:
    FacebookAdsApi.init(access_token="ingen", crash_log=False)
    made_up = Call("POST", f"/{PAGE}/feed", {"message": "Hej", "mesage": "Hej"})
    with pytest.raises(AssertionError, match="mesage"):
        check(made_up)
