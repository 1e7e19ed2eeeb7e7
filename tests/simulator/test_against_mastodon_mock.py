"""Call by call, the simulator answers as the independent `mastodon_mock` does, or it says why."""

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.harness.ports import free_port
from tests.harness.waiting import eventually
from tests.simulator.running import png, running_simulator, start, stop

pytestmark = pytest.mark.web
# The fields that an adapter or a reader of metrics uses, and nothing that only one side has.
STATUS: Mapping[str, type | None] = {
    "id": str, "uri": str, "url": str, "content": str, "created_at": str, "visibility": str,
    "in_reply_to_id": None, "edited_at": None, "replies_count": int, "reblogs_count": int,
    "favourites_count": int, "media_attachments": list, "account": dict, "sensitive": bool,
    "reblog": None, "tags": list, "mentions": list,
}  # fmt: skip
ACCOUNT: Mapping[str, type | None] = {
    "id": str,
    "username": str,
    "acct": str,
    "url": str,
    "statuses_count": int,
}
MEDIA: Mapping[str, type | None] = {
    "id": str,
    "type": str,
    "url": str,
    "description": str,
    "meta": dict,
}


@dataclass(frozen=True)
class Side:
    """One of the two servers, with a token that opens it."""

    base: str
    token: str

    def ask(self, method: str, path: str, **rest: Any) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.token}", **rest.pop("headers", {})}
        return httpx.request(
            method, self.base + path, headers=headers, timeout=10, trust_env=False, **rest
        )

    def upload(self, content: bytes) -> httpx.Response:
        files = {"file": ("bild.png", content, "image/png")}
        return self.ask("POST", "/api/v2/media", files=files, data={"description": "En bild"})

    def post(self, text: str, key: str | None = None, **fields: Any) -> httpx.Response:
        headers = {"Idempotency-Key": key} if key else {}
        data = {"status": text, **fields}
        return self.ask("POST", "/api/v1/statuses", data=data, headers=headers)


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Side]:
    with running_simulator(tmp_path_factory.mktemp("ours"), key_window_seconds="2") as running:
        yield Side(f"{running.url}/mastodon", "regionen-token")


@pytest.fixture(scope="module")
def theirs() -> Iterator[Side]:
    port = free_port()
    argv = (sys.executable, "-m", "mastodon_mock", "serve", "--in-memory", "--demo")
    base = f"http://127.0.0.1:{port}"
    program = start((*argv, "--port", str(port)), base + "/api/v2/instance", {})
    try:
        yield Side(base, "ada_token")
    finally:
        stop(program)


def shape(found: dict[str, Any], wanted: Mapping[str, type | None]) -> dict[str, str]:
    """The wanted fields with the types that were found."""
    kinds = {name: type(found[name]).__name__ for name in wanted}
    for name, kind in wanted.items():
        assert kinds[name] == (kind.__name__ if kind else "NoneType"), name
    return kinds


class Story(list[tuple[str, int, object]]):
    """What was asked of one side, in order: the call, the status code, what was seen."""

    def tell(self, call: str, answer: httpx.Response, seen: object = None) -> None:
        self.append((call, answer.status_code, seen))


def tell_of_beginnings(side: Side, story: Story) -> tuple[dict[str, Any], str]:
    """Limits, credentials and an image; gives the account and the image's id."""
    instance = side.ask("GET", "/api/v2/instance")
    limits = instance.json()["configuration"]
    story.tell("instance", instance, limits["statuses"])
    for name in ("supported_mime_types", "image_size_limit", "image_matrix_limit"):
        story.tell(f"limit {name}", instance, type(limits["media_attachments"][name]).__name__)
    me = side.ask("GET", "/api/v1/accounts/verify_credentials")
    story.tell("verify", me, shape(me.json(), ACCOUNT))
    media = side.upload(png())
    story.tell("media", media, shape(media.json(), MEDIA))
    media_id = str(media.json()["id"])
    story.tell("media again", side.ask("GET", f"/api/v1/media/{media_id}"))
    changed = side.ask("PUT", f"/api/v1/media/{media_id}", data={"description": "Ny"})
    story.tell("describe", changed, changed.json()["description"])
    return me.json(), media_id


def tell_of_writing(side: Side, story: Story, media_id: str) -> str:
    """A post with its image, repeated, read and edited; gives its id."""
    text = "Hej & välkommen <alla>\nhttps://regionen.example/?pub=1 #öppet"
    post = side.post(text, "story", **{"media_ids[]": media_id, "language": "sv"})
    story.tell("post", post, shape(post.json(), STATUS))
    story.tell("post language", post, post.json()["language"])
    story.tell("post media", post, shape(post.json()["media_attachments"][0], MEDIA))
    again = side.post("Annan text", "story")
    same = [again.json()[name] == post.json()[name] for name in ("id", "content", "created_at")]
    story.tell("replay", again, same)
    address = f"/api/v1/statuses/{post.json()['id']}"
    read = side.ask("GET", address)
    story.tell("get", read, shape(read.json(), STATUS))
    source = side.ask("GET", f"{address}/source")
    story.tell("source", source, source.json()["text"])
    context = side.ask("GET", f"{address}/context")
    story.tell("context", context, context.json())
    edited = side.ask("PUT", address, data={"status": "Rättat", "media_ids[]": media_id})
    story.tell("edit", edited, shape(edited.json(), {**STATUS, "edited_at": str}))
    return str(post.json()["id"])


def tell_of_reading(side: Side, story: Story, me: dict[str, Any], post_id: str) -> None:
    """Timelines, look-ups and replies."""
    as_json = side.ask("POST", "/api/v1/statuses", json={"status": "Som JSON"})
    story.tell("post json", as_json, shape(as_json.json(), STATUS))
    newest = as_json.json()["id"]
    for query, wanted in {
        "limit=2": [newest, post_id],
        f"min_id={post_id}": [newest],
        f"since_id={post_id}": [newest],
    }.items():
        path = f"/api/v1/accounts/{me['id']}/statuses?exclude_reblogs=true&{query}"
        listed = side.ask("GET", path)
        ids = [status["id"] for status in listed.json()]
        story.tell(f"list {query.partition('=')[0]}", listed, ids == wanted)
    found = side.ask("GET", f"/api/v1/accounts/lookup?acct={me['acct']}")
    story.tell("lookup", found, found.json()["id"] == me["id"])
    story.tell("lookup of nobody", side.ask("GET", "/api/v1/accounts/lookup?acct=ingen-alls"))
    reply = side.post("Svar", in_reply_to_id=post_id)
    story.tell("reply", reply, reply.json()["in_reply_to_id"] == post_id)
    counted = side.ask("GET", f"/api/v1/statuses/{post_id}")
    story.tell("replies", counted, counted.json()["replies_count"])


def tell_of_refusals(side: Side, story: Story, post_id: str) -> None:
    """Deletion, and all that is answered with no."""
    address = f"/api/v1/statuses/{post_id}"
    gone = side.ask("DELETE", address)
    story.tell("delete", gone, gone.json()["text"])
    missing = side.ask("GET", address)
    story.tell("get deleted", missing, missing.json())
    story.tell("delete again", side.ask("DELETE", address))
    story.tell("edit deleted", side.ask("PUT", address, data={"status": "x"}))
    empty, long = side.post(""), side.post("x" * 501)
    story.tell("empty", empty, empty.json())
    story.tell("too long", long, list(long.json()))
    for name, token in {"no token": "", "bad token": "Bearer x"}.items():
        headers = {"Authorization": token}
        story.tell(name, side.ask("POST", "/api/v1/statuses", headers=headers))


def life(side: Side) -> Story:
    """Everything an adapter asks in a post's life."""
    story = Story()
    me, media_id = tell_of_beginnings(side, story)
    post_id = tell_of_writing(side, story, media_id)
    tell_of_reading(side, story, me, post_id)
    tell_of_refusals(side, story, post_id)
    return story


def test_the_life_of_a_post_is_told_alike_by_both(ours: Side, theirs: Side) -> None:
    mine = life(ours)
    assert {code for _, code, _ in mine} == {200, 401, 404, 422}
    assert all(seen is not False for _, _, seen in mine)
    assert mine == life(theirs)


def test_times_are_instants_with_an_offset_on_both(ours: Side, theirs: Side) -> None:
    for side in (ours, theirs):
        created = side.post("Tid").json()["created_at"]
        assert created.endswith(("Z", "+00:00"))


async def test_our_keys_are_forgotten_as_real_ones_are_and_the_mocks_are_not(
    ours: Side, theirs: Side
) -> None:
    first, also_first = ours.post("Nyckel", "window"), theirs.post("Nyckel", "window")

    def forgotten() -> bool:
        return bool(ours.post("Nyckel", "window").json()["id"] != first.json()["id"])

    await eventually(forgotten, within=10)
    assert theirs.post("Nyckel", "window").json()["id"] == also_first.json()["id"]


@pytest.mark.parametrize(
    "fields",
    [{"scheduled_at": "2020-01-01T00:00:00Z"}, {"media_ids[]": "404404"}],
    ids=["a time gone by", "unknown media"],
)
def test_we_refuse_as_mastodon_does_what_the_mock_takes(
    ours: Side, theirs: Side, fields: dict[str, str]
) -> None:
    assert ours.post("Ny", **fields).status_code == 422
    assert theirs.post("Ny", **fields).status_code == 200


def test_we_know_an_image_and_the_mock_takes_anything(ours: Side, theirs: Side) -> None:
    assert ours.upload(b"no image").status_code == 422
    assert theirs.upload(b"no image").status_code == 200


def test_nobody_schedules_one_key_once(ours: Side, theirs: Side) -> None:
    later = {"scheduled_at": "2099-01-01T00:00:00.000Z"}
    # The real one answers with the same scheduled post; we schedule nothing and say so.
    assert ours.post("Senare", "later", **later).status_code == 422
    made = [theirs.post("Senare", "later", **later).json()["id"] for _ in range(2)]
    assert made[0] != made[1]


def test_a_wrong_token_has_its_own_words_here_as_on_the_real_one(ours: Side, theirs: Side) -> None:
    wrong = {"Authorization": "Bearer x"}
    path = "/api/v1/accounts/verify_credentials"
    answers = [side.ask("GET", path, headers=wrong) for side in (ours, theirs)]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert answers[0].json() == {"error": "The access token is invalid"}
    assert answers[1].json() == {"error": "This method requires an authenticated user"}
