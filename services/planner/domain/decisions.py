"""What a person may decide about a delivery, where the publisher may not decide by itself."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from schemas.alerts import HoldActivated, HoldFact
from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.decisions import Choice, DecisionMade
from schemas.deliveries import (
    DeliveryExpired,
    DeliveryFact,
    DeliveryFailed,
    DeliveryHeld,
    DeliveryUncertain,
    DeliveryWaiting,
)
from schemas.posts import OrderApproved
from schemas.publishing import Pause
from services.kit.addresses import has_page
from services.planner.domain import times
from services.planner.domain.pauses import covering
from services.planner.domain.people import Person
from services.planner.domain.refusals import refused
from services.planner.domain.standing import Order, Standing, order_of

LONGEST_URL = 2_000
DECISION_STANDS = timedelta(minutes=3)
"""So long nobody else can decide about the same entry."""
_WAITS_FOR_A_PERSON = DeliveryHeld | DeliveryExpired | DeliveryFailed | DeliveryWaiting


def possible(order: Order | None, delivery: DeliveryFact, now: datetime) -> tuple[Choice, ...]:
    """List what can be decided now."""
    match delivery:
        case DeliveryUncertain(aim="publish"):
            return ("there", "drop") if _too_early(delivery, now) else ("there", "absent", "drop")
        case DeliveryUncertain():
            # Changing what is public is the same done twice as done once: it goes on by itself.
            return ("drop",)
        case _ if isinstance(delivery, _WAITS_FOR_A_PERSON) and _is_wanted(order, delivery):
            return ("send", "drop")
        case _:
            return ()


def decide(
    standing: Standing,
    channel: str,
    choice: Choice,
    on: int,
    person: Person,
    now: datetime,
    zone: str,
) -> DecisionMade:
    """Say what becomes of a delivery whose newest ledger entry has the sequence `on`."""
    delivery = standing.delivery
    if delivery is None or on != standing.entry:
        raise refused(Code.DECISION_STALE, channel=channel)
    if isinstance(delivery, DeliveryUncertain) and choice == "absent" and _too_early(delivery, now):
        until = times.local((delivery.until or now).replace(microsecond=0), zone)
        raise refused(Code.DECISION_EARLY, channel=channel, time=until.replace("T", " "))
    order = order_of(standing.order) if standing.order else None
    if choice not in possible(order, delivery, now):
        raise refused(Code.DECISION_UNFIT, channel=channel, state=delivery.type.split(".")[1])
    return DecisionMade(
        occurred_at=now,
        trace=delivery.trace,
        channel=channel,
        post=delivery.post,
        on=on,
        choice=choice,
        by=person.id,
    )


def refuse_paused(standing: Standing, pauses: Iterable[Pause]) -> None:
    """Refuse to send what would only be held again. A pause never stops a retraction."""
    delivery, order = standing.delivery, standing.order
    if delivery is None or not isinstance(order, OrderApproved):
        return
    pause = covering(pauses, delivery.channel, order.labels)
    if pause is not None:
        raise refused(Code.STILL_PAUSED, why=pause.why)


def refuse_held(standing: Standing, hold: HoldFact | None) -> None:
    """Refuse to send what would only be held again. A hold never stops a retraction."""
    if isinstance(hold, HoldActivated) and isinstance(standing.order, OrderApproved):
        raise refused(Code.STILL_HELD, why=hold.why)


def refuse_taken(before: DecisionMade | None, made: DecisionMade) -> None:
    """Refuse to decide where somebody has just decided about the same entry.

    Once the publisher has had time to carry it out and has not, minds may be changed.
    """
    if before is None or before.on != made.on:
        return
    if made.occurred_at - before.occurred_at <= DECISION_STANDS:
        raise refused(Code.DECISION_TAKEN, channel=made.channel, person=before.by)


def address_in(channels: Mapping[str, ChannelProbed], name: str, url: str | None) -> str:
    """Check that an address is one of a post in a channel: it becomes a link that people follow."""
    channel = channels.get(name)
    if channel is None:
        known = ", ".join(sorted(channels)) or "–"
        raise refused(Code.UNKNOWN_CHANNEL, channel=name, channels=known)
    if not channel.url:
        # What it sends has no address.
        return ""
    given, own = _split((url or "").strip()), urlsplit(channel.url)
    if given is not None and _is_of(given, own):
        return given.geturl()
    raise refused(
        Code.ADDRESS_FOREIGN,
        url=(url or "–")[:200].encode(errors="replace").decode(),
        channel=channel.title,
        address=f"{own.scheme}://{own.netloc}/",
    )


def _is_of(given: SplitResult, own: SplitResult) -> bool:
    # Plain http only where the channel itself is reached so, as on one's own machine.
    same_way = given.scheme in {"https", own.scheme}
    return (
        same_way
        and given.netloc.lower().removeprefix("www.") == own.netloc.lower().removeprefix("www.")
        and has_page(own.geturl()) == has_page(given.geturl())
        and _page(given) not in {("", "", ""), _page(own)}
    )


def _page(address: SplitResult) -> tuple[str, str, str]:
    """Give what names a page of a site: what stands after the `#` only where nothing else does."""
    path, within = address.path.rstrip("/"), address.fragment
    return path, address.query, "" if has_page(address.geturl()) else within


def _split(url: str) -> SplitResult | None:
    if not url or len(url) > LONGEST_URL or not url.isprintable() or set(url) & set(' "<>\\`'):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts if parts.hostname else None


def _is_wanted(order: Order | None, delivery: DeliveryFact) -> bool:
    """Whether the newest order is the very one that this delivery carries out."""
    if order is None or order.revision != delivery.revision:
        return False
    return order.retract if delivery.aim == "retract" else order.approved


def _too_early(delivery: DeliveryUncertain, now: datetime) -> bool:
    """Whether a late call may still take effect, so that nobody can know that it is not there."""
    return delivery.until is not None and now < delivery.until
