"""Each channel's own pace: tokens, a breaker, and the rests that it asks for."""

import asyncio
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import structlog

from schemas.channels import ChannelRested
from schemas.codes import Code
from schemas.envelope import Fact, now
from services.kit.boards import Position
from services.kit.facts import Facts
from services.kit.messages import BrokerAway, Overtaken, Told, TryAgain
from services.publisher.domain.answers import Answer, NotNow, Prepared, Published, Unclear
from services.publisher.domain.pacing import Breaker, Bucket
from services.publisher.domain.rules import Pace

log = structlog.get_logger()

PATTERNS = {"PUBLISHER": "publisher.rest.*"}
"""What is followed, so that a rest which one replica was asked for holds for all."""

_SHARE = 0.8
"""What normal posts may use of a channel's pace; the rest is kept free for emergencies."""

_WAIT_IN_PLACE = 1.0
_COME_AGAIN = timedelta(seconds=5)
_TRYING = 20.0
_LONGEST_REST = timedelta(hours=1)
_AT_ONCE = timedelta(seconds=1)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_TROUBLE = {Code.CHANNEL_UNREACHABLE, Code.CHANNEL_BUSY, Code.CHANNEL_THROTTLED}
_SHUT = {
    Code.CREDENTIALS_REFUSED,
    Code.PERMISSION_MISSING,
    Code.ACCOUNT_RESTRICTED,
    Code.VERSION_ENDED,
}
"""Nothing gets better by calling again soon."""


class ChannelLanes:
    """What one replica knows of every channel's pace. It is a board: rests are followed facts."""

    def __init__(self, facts: Facts, paces: Mapping[str, Pace]) -> None:
        self._facts = facts
        self._rests: dict[str, datetime] = {}
        self._breakers = {name: Breaker() for name in paces}
        self._buckets = {
            name: Bucket(_SHARE * pace.per_minute / 60, pace.burst)
            for name, pace in paces.items()
            if pace.per_minute is not None
        }
        self._positions: dict[str, Position] = {}

    def rest_until(self, channel: str) -> datetime | None:
        """Say until when the channel shall not be called; None: it may be."""
        return self._rests.get(channel)

    async def admit(self, channel: str) -> None:
        """Wait for our turn, for a second at most; `TryAgain` if it takes longer."""
        if not self._breakers[channel].try_one(time.monotonic(), _TRYING):
            raise TryAgain("one call tries whether the channel is well again", _AT_ONCE)
        bucket = self._buckets.get(channel)
        if bucket is None:
            return
        give_up = time.monotonic() + _WAIT_IN_PLACE
        while wait := bucket.take(time.monotonic()):
            if time.monotonic() + wait > give_up:
                raise TryAgain(
                    "the channel's pace is kept", min(_COME_AGAIN, timedelta(seconds=wait))
                )
            await asyncio.sleep(wait)

    async def saw(self, channel: str, answer: Answer) -> None:
        """Learn from an answer; a rest that follows from it is told.

        Calls that were under way when the rest began say nothing new by failing as well.
        """
        resting = self._rests.get(channel, _LONG_AGO) > now()
        if resting and isinstance(answer, NotNow | Unclear):
            return
        breaker = self._breakers[channel]
        match answer:
            case NotNow(code, _, wait) if wait is not None and code is Code.CHANNEL_THROTTLED:
                await self._rest(channel, min(wait, _LONGEST_REST), 0, answer)
            case NotNow(code) if code in _SHUT or code in _TROUBLE:
                rest = breaker.fail(time.monotonic(), at_once=code in _SHUT)
                if rest is not None:
                    await self._rest(channel, rest, breaker.failures, answer)
            case Unclear():
                if (rest := breaker.fail(time.monotonic())) is not None:
                    await self._rest(channel, rest, breaker.failures, answer)
            case Published(rest=NotNow() as why) | Prepared(rest=NotNow() as why):
                breaker.succeed()
                await self._rest(channel, min(why.wait or _AT_ONCE, _LONGEST_REST), 0, why)
            case _:
                breaker.succeed()

    async def _rest(
        self, channel: str, span: timedelta, failures: int, why: NotNow | Unclear
    ) -> None:
        until = now() + span
        known = self._rests.get(channel)
        if known is not None and until < known + _AT_ONCE:
            return
        # Our own calls stop at once, whether or not the others can be told.
        self._rests[channel] = until
        rested = ChannelRested(
            occurred_at=now(),
            trace=uuid4(),
            channel=channel,
            until=until,
            failures=failures,
            code=why.code,
            parameters=why.parameters,
        )
        log.warning("channel.rests", channel=channel, seconds=span.total_seconds(), code=why.code)
        try:
            last = await self._facts.newest(rested.subject)
            await self._facts.tell(rested, last.sequence if last else 0)
        except (BrokerAway, Overtaken) as error:
            log.info("channel.rest_not_told", channel=channel, why=str(error))

    def position(self, stream: str) -> Position | None:
        """Say how far the rests have been followed, in this process."""
        return self._positions.get(stream)

    def apply(self, stream: str, page: Sequence[Told[Fact]], position: Position) -> None:
        """Keep what the channel asked another replica for; what failed there may go well here."""
        for told in page:
            if isinstance(told.fact, ChannelRested) and not told.fact.failures:
                known = self._rests.get(told.fact.channel)
                until = told.fact.until
                self._rests[told.fact.channel] = max(known, until) if known else until
        self._positions[stream] = position

    def clear(self) -> None:
        """Forget all rests; a channel that still wants one will say so."""
        self._rests.clear()
        self._positions.clear()
