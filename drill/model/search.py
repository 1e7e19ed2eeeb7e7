"""Visits every history's states, and shows the shortest way to a violation."""

from collections import deque
from dataclasses import dataclass, field

from drill.model.entries import waits_for_a_person
from drill.model.happenings import Nature
from drill.model.setting import Setting
from drill.model.world import World

LIMIT = 3_000_000
"""States; a search that needs more is cut off, and says so."""


Came = dict[World, tuple[World, str, bool] | None]
"""How each state was come to first: from where, by what, and whether the replicas swapped."""


@dataclass
class Result:
    """What a search has found."""

    states: int = 0
    violation: str = ""
    trace: list[str] = field(default_factory=list)
    waiting: int = 0
    """States in which only a person can go on."""
    stuck: int = 0
    stuck_trace: list[str] = field(default_factory=list)
    cut: bool = False


def search(setting: Setting) -> Result:
    """Visit every state; stop at the first violation."""
    start = World()
    came: Came = {start: None}
    back: dict[World, list[World]] = {}
    goals: list[World] = []
    result, nature = Result(), Nature(setting)
    queue = deque([start])
    while queue:
        world = queue.popleft()
        result.waiting += waits_for_a_person(world.entry)
        if world.at_rest:
            goals.append(world)
        if world.entry is not None and world.entry.attempt > setting.attempts:
            # Beyond the bound of this search; what led here has been looked at.
            goals.append(world)
            continue
        for happening in nature.next(world):
            after, moved = happening.world.canonical()
            if happening.counted_on:
                back.setdefault(after, []).append(world)
            if after in came:
                continue
            came[after] = (world, happening.words, moved)
            if wrong := violation(after):
                result.states = len(came)
                result.violation, result.trace = wrong, _trace(came, after)
                return result
            queue.append(after)
        if len(came) > LIMIT:
            result.cut = True
            break
    result.states = len(came)
    if not result.cut:
        _find_stuck(result, came, back, goals)
    return result


def violation(world: World) -> str:
    """Say what must never be true; an empty string: nothing of it is."""
    channel, entry = world.channel, world.entry
    allowed = 1 + (entry.repeats if entry else 0)
    if channel.publications > allowed:
        return "public twice"
    if entry is not None and entry.state == "published" and not channel.publications:
        return "told as published, and never was"
    if world.at_rest and entry is not None and not channel.under_way:
        if world.order.startswith("withdrawn") and channel.shown:
            return "withdrawn, at rest, and still public"
        if entry.state in {"failed", "expired", "cancelled"} and channel.shown and not entry.proof:
            return f"told as {entry.state}, and it is public"
    return ""


def _find_stuck(
    result: Result,
    came: Came,
    back: dict[World, list[World]],
    goals: list[World],
) -> None:
    """Count the states from which no rest can be reached without luck or harm."""
    alive, queue = set(goals), deque(goals)
    while queue:
        for before in back.get(queue.popleft(), ()):
            if before not in alive:
                alive.add(before)
                queue.append(before)
    dead = [world for world in came if world not in alive]
    result.stuck = len(dead)
    if dead:
        result.stuck_trace = _trace(came, dead[0])


def _trace(came: Came, world: World) -> list[str]:
    """Tell the way to a state, with each replica's name kept through all the moving about."""
    steps = []
    while (before := came[world]) is not None:
        steps.append(before)
        world = before[0]
    names, told = {"A": "A", "B": "B"}, []
    for _, words, moved in reversed(steps):
        told.append(names[words[0]] + words[1:] if words[:2] in {"A ", "B "} else words)
        if moved:
            names = {"A": names["B"], "B": names["A"]}
    return told
