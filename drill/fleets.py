"""Which channels are drilled: one for each kind of repeat-safety, or each platform's adapter."""

from collections.abc import Mapping

from drill.channels import Drilled, Fleet
from drill.dialects import DIALECTS
from drill.plain import PlainChannel
from drill.platform import (
    KeyedChannel,
    ListedChannel,
    MuteChannel,
    OwnIdChannel,
    TwoPhaseChannel,
)


def _plain(kind: type[PlainChannel], name: str, repeats: int = 0) -> Drilled:
    return Drilled(
        lambda making: kind(name, name.capitalize(), making.origin, making.answer_within),
        account=name,
        page="/plain/@{account}/{id}",
        publishing=(("POST", "/plain/"), ("PUT", "/plain/")),
        removing=(("DELETE", "/plain/"),),
        reading=(("GET", f"/plain/{name}/"),) if kind.finds else (),
        finds=kind.finds,
        repeats=repeats,
    )


PLAIN = Fleet(
    {
        "own-id": _plain(OwnIdChannel, "own-id"),
        "two-phase": _plain(TwoPhaseChannel, "two-phase"),
        "keyed": _plain(KeyedChannel, "keyed"),
        "listed": _plain(ListedChannel, "listed"),
        "mute": _plain(MuteChannel, "mute"),
        "crisis": _plain(MuteChannel, "crisis", repeats=1),
    }
)

FLEETS: Mapping[str, Fleet] = {"plain": PLAIN, "dialects": DIALECTS}
