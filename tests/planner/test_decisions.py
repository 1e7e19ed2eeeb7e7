"""A person decides only about what they saw, only what can be decided, and only true addresses."""

from datetime import timedelta
from typing import Any, get_args

import pytest

from schemas.codes import Code
from schemas.decisions import Choice, DecisionMade
from schemas.deliveries import DeliveryFact
from schemas.posts import OrderFact, OrderWithdrawn
from schemas.publishing import Pause
from services.planner.domain import decisions
from services.planner.domain.refusals import Refusal
from services.planner.domain.standing import order_of
from tests.crisis import hold
from tests.planner.deliveries import STATES, delivery, proof, standing
from tests.planner.samples import BENGT, CHANNELS, CILLA, NOW, ZONE, probed
from tests.planner.test_orders import approved

ORDER = next(order for order in approved().orders if order.channel == "newsroom")
WITHDRAWN = OrderWithdrawn(
    occurred_at=NOW,
    trace=ORDER.trace,
    channel="newsroom",
    post=ORDER.post,
    revision=1,
    by="anna",
    public="retract",
)


def decide(fact: DeliveryFact | None, choice: Choice, order: OrderFact = ORDER, on: int = 7) -> Any:
    return decisions.decide(standing(order, fact), "newsroom", choice, on, BENGT, NOW, ZONE)


def allowed(fact: DeliveryFact, order: OrderFact = ORDER) -> set[str]:
    """Try every choice: what is listed as possible is what is taken."""
    taken = set()
    for choice in get_args(Choice):
        try:
            made = decide(fact, choice, order)
        except Refusal:
            continue
        assert (made.choice, made.on, made.by) == (choice, 7, "bengt")
        taken.add(choice)
    shown = decisions.possible(order_of(order), fact, NOW)
    assert set(shown) == taken
    return taken


@pytest.mark.parametrize("state", STATES)
def test_the_state_says_what_can_be_decided(state: str) -> None:
    expected: dict[str, set[str]] = {"uncertain": {"there", "absent", "drop"}}
    expected |= {name: {"send", "drop"} for name in ("held", "expired", "failed", "waiting")}
    assert allowed(delivery(state)) == expected.get(state, set())


@pytest.mark.parametrize("state", ["held", "expired", "failed", "waiting"])
def test_what_nobody_wants_any_more_is_not_sent(state: str) -> None:
    assert allowed(delivery(state), WITHDRAWN) == set()
    newer = ORDER.model_copy(update={"revision": 2})
    assert allowed(delivery(state), newer) == set()


def test_a_retraction_that_failed_can_be_tried_again_or_let_be() -> None:
    fact = delivery("failed", aim="retract", proof=proof())
    assert allowed(fact, WITHDRAWN) == {"send", "drop"}


@pytest.mark.parametrize("aim", ["correct", "retract"])
def test_a_doubtful_change_goes_on_by_itself_unless_it_is_dropped(aim: str) -> None:
    assert allowed(delivery("uncertain", aim=aim, proof=proof())) == {"drop"}


def test_nobody_knows_that_it_is_absent_while_it_may_still_come() -> None:
    fact = delivery("uncertain", until=NOW + timedelta(seconds=30))
    assert allowed(fact) == {"there", "drop"}
    with pytest.raises(Refusal) as no:
        decide(fact, "absent")
    assert no.value.code is Code.DECISION_EARLY
    assert no.value.problems[0].parameters["time"] == "2026-11-23 10:00:30"
    assert allowed(delivery("uncertain", until=None)) == {"there", "absent", "drop"}


@pytest.mark.parametrize("fact", [delivery("held"), None])
def test_what_has_gone_on_since_is_looked_at_again(fact: DeliveryFact | None) -> None:
    with pytest.raises(Refusal) as no:
        decide(fact, "send", on=6)
    assert no.value.code is Code.DECISION_STALE


@pytest.mark.parametrize(
    "url",
    [
        "https://newsroom.example/inlagg/7",
        "https://www.newsroom.example/inlagg?id=7",
        "http://newsroom.example/7",
        "  https://NEWSROOM.example/7  ",
    ],
)
def test_a_post_has_an_address_in_its_channel(url: str) -> None:
    assert decisions.address_in(CHANNELS, "newsroom", url) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "https://newsroom.example",
        "https://newsroom.example/",
        "https://evil.example/newsroom.example/7",
        "https://newsroom.example.evil.example/7",
        "https://evil.example@newsroom.example/7",
        "https://newsroom.example@evil.example/7",
        "https://newsroom.example:444/7",
        "https://newsroom.example\\@evil.example/7",
        "//newsroom.example/7",
        "javascript://newsroom.example/%0aalert(1)",
        "ftp://newsroom.example/7",
        "https://newsroom.example/7 8",
        "https://newsroom.example/7\n8",
        'https://newsroom.example/"><script>',
        "https://[newsroom.example/7",
        "https://newsroom.example/" + "7" * 2000,
        "https://newsroom.example/\ud800",
        "https://nеwsroom.example/7",
    ],
)
def test_no_other_address_becomes_a_link(url: str | None) -> None:
    with pytest.raises(Refusal) as no:
        decisions.address_in(CHANNELS, "newsroom", url)
    assert no.value.code is Code.ADDRESS_FOREIGN
    assert no.value.problems[0].parameters["address"] == "http://newsroom.example/"
    str(no.value.problems[0].parameters["url"]).encode()


def test_a_channel_of_https_takes_no_plain_http() -> None:
    safe = probed("newsroom").model_copy(update={"url": "https://newsroom.example/oss"})
    for url in ("http://newsroom.example/7", "https://newsroom.example/oss/"):
        with pytest.raises(Refusal):
            decisions.address_in({"newsroom": safe}, "newsroom", url)
    assert decisions.address_in({"newsroom": safe}, "newsroom", "https://newsroom.example/oss/7")


def test_a_room_has_its_posts_after_the_sign() -> None:
    room = probed("newsroom").model_copy(update={"url": "https://matrix.to/#/!rum:server.example"})
    post = f"{room.url}/$hej?via=server.example"
    assert decisions.address_in({"newsroom": room}, "newsroom", post) == post
    for url in ("https://matrix.to", room.url, "https://matrix.to/7", "https://evil.example/#/7"):
        with pytest.raises(Refusal):
            decisions.address_in({"newsroom": room}, "newsroom", url)


def test_a_page_is_not_named_by_a_sign_alone() -> None:
    with pytest.raises(Refusal):
        decisions.address_in(CHANNELS, "newsroom", "https://newsroom.example/#7")


@pytest.mark.parametrize("url", [None, "https://evil.example/1"])
def test_where_there_are_no_addresses_none_is_asked_for(url: str | None) -> None:
    letters = probed("newsroom").model_copy(update={"url": ""})
    assert decisions.address_in({"newsroom": letters}, "newsroom", url) == ""


@pytest.mark.parametrize(
    ("scope", "name", "stops"),
    [
        ("all", None, True),
        ("channel", "newsroom", True),
        ("label", "vinter", True),
        ("channel", "mastodon", False),
        ("label", "sommar", False),
    ],
)
def test_nothing_is_sent_into_a_pause(scope: Any, name: str | None, stops: bool) -> None:  # noqa: FBT001
    pause = Pause(scope=scope, name=name, why="olycka", by="bengt", since=NOW)
    order = ORDER.model_copy(update={"labels": ("vinter",)})
    if stops:
        with pytest.raises(Refusal) as no:
            decisions.refuse_paused(standing(order, delivery("held")), [pause])
        assert no.value.code is Code.STILL_PAUSED
    else:
        decisions.refuse_paused(standing(order, delivery("held")), [pause])
    decisions.refuse_paused(standing(WITHDRAWN, delivery("failed", aim="retract")), [pause])


def test_nothing_is_sent_into_a_hold_and_what_is_taken_away_is() -> None:
    with pytest.raises(Refusal) as no:
        decisions.refuse_held(standing(ORDER, delivery("held")), hold(NOW))
    assert no.value.code is Code.STILL_HELD
    decisions.refuse_held(standing(ORDER, delivery("held")), hold(NOW, 2))
    decisions.refuse_held(standing(ORDER, delivery("held")), None)
    decisions.refuse_held(standing(WITHDRAWN, delivery("failed", aim="retract")), hold(NOW))


def test_one_person_decides_about_an_entry_unless_nothing_comes_of_it() -> None:
    first: DecisionMade = decide(delivery("held"), "send")
    second = first.model_copy(update={"by": CILLA.id, "choice": "drop"})
    with pytest.raises(Refusal) as no:
        decisions.refuse_taken(first, second)
    assert no.value.code is Code.DECISION_TAKEN
    decisions.refuse_taken(None, second)
    decisions.refuse_taken(first, second.model_copy(update={"on": 9}))
    later = NOW + decisions.DECISION_STANDS + timedelta(seconds=1)
    decisions.refuse_taken(first, second.model_copy(update={"occurred_at": later}))
