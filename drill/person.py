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
            if variant["status"] != "uncertain" or not variant["needs_person"]:
                continue
            decided += await _decide(world, desk, record, post["id"], variant)
    return decided


async def _decide(
    world: World, desk: Desk, record: Record, post: str, variant: Mapping[str, Any]
) -> bool:
    shown = record.shown(variant["channel"], variant["text"])
    wish: dict[str, Any] = {"choice": "absent", "on": variant["entry"]}
    if shown:
        address = f"{world.origin}/plain/@{variant['channel']}/{shown[0].id}"
        wish |= {"choice": "there", "url": address}
    path = f"/posts/{post}/channels/{variant['channel']}/decision"
    try:
        await desk.ask("POST", path, "cilla", json=wish)
    except Refused as no:
        # The publisher went on before the board showed it: there is nothing to decide any more.
        if no.code == "decision_stale":
            return False
        raise
    return True
