"""The verdict: every variant out exactly once, by records that the publisher does not keep."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from budkavle.demo.simulated import Shown
from budkavle.demo.story import Row
from budkavle.programs import BLUESKY, FACEBOOK, INSTAGRAM, MASTODON, NEWSROOM
from budkavle.trouble import Trouble

_DIALECTS = {
    MASTODON: "mastodon",
    BLUESKY: "bluesky",
    FACEBOOK: "facebook",
    INSTAGRAM: "instagram",
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """What others have seen of us."""

    simulator: Sequence[Shown]
    newsroom: Mapping[str, int]
    """How often each address stands in the newsroom's own feed."""


def verdict(rows: Iterable[Row], evidence: Evidence) -> list[Trouble]:
    """List everything that is not as it should be; empty when all is well."""
    known = list(rows)
    wrongs = [wrong for row in known for wrong in _wrongs(row, evidence)]
    return [*wrongs, *_ghosts(known, evidence)]


def times_out(row: Row, evidence: Evidence) -> int:
    """Count how often a variant became public, by the records of others."""
    if row.channel == NEWSROOM:
        return evidence.newsroom.get(row.url, 0)
    return sum(not shown.again and is_of(row, shown) for shown in evidence.simulator)


def is_of(row: Row, shown: Shown) -> bool:
    """Tell whether what became public is this variant."""
    # A channel may put the link after the text; the week's texts all begin differently.
    there = _DIALECTS.get(row.channel) == shown.dialect
    return there and shown.text.startswith(row.text.strip())


def _wrongs(row: Row, evidence: Evidence) -> Iterable[Trouble]:
    where = {"title": row.title, "channel": row.channel}
    count = times_out(row, evidence)
    if not row.out:
        yield Trouble("{title} in {channel}: it is {state}.", state=row.state, **where)
    if count != 1:
        yield Trouble("{title} in {channel}: public {count} times.", count=count, **where)
    if row.out and row.witnessed_after is None:
        yield Trouble("{title} in {channel}: no stranger has seen it.", **where)
    if row.out and not row.measured:
        yield Trouble("{title} in {channel}: its last numbers have not been read.", **where)


def _ghosts(rows: Sequence[Row], evidence: Evidence) -> Iterable[Trouble]:
    """Find what is public and was never approved."""
    for shown in evidence.simulator:
        if not any(is_of(row, shown) for row in rows):
            yield Trouble("The simulator shows something that nobody approved: {id}", id=shown.id)
    known = {row.url for row in rows}
    for url in evidence.newsroom:
        if url not in known:
            yield Trouble("The newsroom shows something that nobody approved: {id}", id=url)
