"""A person who looks at the platform, and decides where the publisher cannot know."""

from collections.abc import Mapping
from typing import Any

from drill.desk import Desk, Refused
from drill.record import Record
from drill.world import World


async def decide_all(world: World, desk: Desk, record: Record) -> int:
    """Decide on everything that asks for it; gives how many deliveries that were."""
    decided = 0
    for post in await desk.posts():
        for variant in post["variants"]:
            wish = _wish(world, record, variant)
            if wish is not None:
                decided += await _decide(desk, post["id"], variant, wish)
    return decided


def _wish(world: World, record: Record, variant: Mapping[str, Any]) -> Mapping[str, Any] | None:
    channel, text = variant["channel"], variant["text"]
    shown, standing = record.shown(channel, text), record.standing(channel, text)
    match variant["status"]:
        case "held":
            return {"choice": "drop" if shown else "send"}
        case "uncertain" if variant["needs_person"] and standing:
            address = world.address(channel, standing[0])
            return {"choice": "there", "url": address}
        case "uncertain" if variant["needs_person"]:
            # Removed again, it was there all the same.
            return {"choice": "drop" if shown else "absent"}
        case _:
            return None


async def _decide(
    desk: Desk, post: str, variant: Mapping[str, Any], wish: Mapping[str, Any]
) -> bool:
    path = f"/posts/{post}/channels/{variant['channel']}/decision"
    try:
        await desk.ask("POST", path, "cilla", json={**wish, "on": variant["entry"]})
    except Refused as no:
        # The publisher went on before the board showed it: there is nothing to decide any more.
        if no.code == "decision_stale":
            return False
        raise
    return True
