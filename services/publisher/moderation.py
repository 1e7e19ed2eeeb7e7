"""Does to what stands in public what a person asked for: hide, show again, pin, let go."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from schemas.codes import Code
from schemas.moderation import (
    ModerationApplied,
    ModerationAsked,
    ModerationFact,
    ModerationFailed,
)
from services.kit.messages import Told, TryAgain
from services.publisher.domain.answers import Answer, NotNow, Published, Refused, Unclear
from services.publisher.ports import Caller, Channel, Lanes, Memory, Moderated, Target

PATIENCE = timedelta(hours=1)
"""So long it is tried again before a person hears that it did not come about."""

_AGAIN = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class Moderator:
    """Twice is as once, so what got no clear answer is simply done again."""

    channels: Mapping[str, Channel]
    memory: Memory
    lanes: Lanes
    call: Caller[Answer]
    within: timedelta
    """The most that one call may take."""
    now: Callable[[], datetime]

    async def take(self, told: Told[ModerationAsked]) -> None:
        """Carry out the newest word on a thing, and tell what came of it."""
        address = ModerationFact.address.format(channel=told.fact.channel, thing=told.fact.thing)
        last: Told[ModerationFact] | None = await self.memory.newest(address)
        if last is not None and last.fact.on >= told.sequence:
            return
        newest, answer = await self._carry_out(told)
        fact = self._outcome(newest, answer)
        await self.memory.tell(fact, after=last.sequence if last else 0)

    async def _carry_out(self, told: Told[ModerationAsked]) -> tuple[Told[ModerationAsked], Answer]:
        """Call until the last thing that was done is the last thing that was asked."""
        asked = await self._newest(told)
        while True:
            answer = await self._call(asked.fact)
            later = await self._newest(asked)
            if later.sequence == asked.sequence:
                return asked, answer
            asked = later

    async def _newest(self, told: Told[ModerationAsked]) -> Told[ModerationAsked]:
        newest = await self.memory.newest(told.fact.subject)
        return newest if newest is not None and newest.sequence > told.sequence else told

    async def _call(self, asked: ModerationAsked) -> Answer:
        channel = self.channels[asked.channel]
        if not isinstance(channel, Moderated) or asked.action not in channel.actions:
            return Refused(Code.MODERATION_UNABLE, {"channel": channel.title})
        rest = self.lanes.rest_until(asked.channel)
        if rest is not None and self.now() < rest:
            raise TryAgain("the channel rests", _AGAIN)
        await self.lanes.admit(asked.channel)
        target = Target(asked.external_id, asked.beneath, asked.url)
        answer = await self.call(channel.moderate(asked.action, target), asked.channel, self.within)
        await self.lanes.saw(asked.channel, answer)
        return answer

    def _outcome(self, told: Told[ModerationAsked], answer: Answer) -> ModerationFact:
        asked = told.fact
        said: dict[str, Any] = {
            "occurred_at": self.now(),
            "trace": asked.trace,
            "channel": asked.channel,
            "thing": asked.thing,
            "action": asked.action,
            "on": told.sequence,
        }
        late = self.now() - told.stored_at > PATIENCE
        match answer:
            case Published():
                return ModerationApplied(**said)
            case Refused(code, parameters):
                return ModerationFailed(**said, code=code, parameters=parameters)
            case NotNow(code, parameters) | Unclear(code, parameters) if late:
                return ModerationFailed(**said, code=code, parameters=parameters)
        raise TryAgain("the channel did not do it yet", _AGAIN)
