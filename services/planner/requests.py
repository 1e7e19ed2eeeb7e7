"""What a person asks for, so that asking again does not do it again."""

from dataclasses import dataclass
from datetime import datetime

from schemas.codes import Code
from schemas.posts import PostFact, RequestAnswered
from services.kit.messages import Told
from services.planner.domain.refusals import refused
from services.planner.ports import Memory


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person asked for, so that asking again does not do it again."""

    key: str | None = None
    """Digest of the person and their Idempotency-Key; None: they sent none."""
    digest: str = ""
    """Digest of what was asked: method, path, body and the content it was about."""
    seen: str | None = None
    """Digest of the content that the person had read."""

    def answered(self, post: PostFact, now: datetime, status: int = 200) -> list[RequestAnswered]:
        """Make the fact that it is carried out; none for what has no key."""
        if self.key is None:
            return []
        answer = RequestAnswered(
            occurred_at=now,
            trace=post.trace,
            key=self.key,
            digest=self.digest,
            post=post.post,
            version=post.version,
            status=status,
        )
        return [answer]


async def answered(memory: Memory, asked: Asked) -> RequestAnswered | None:
    """Find the answer to the same request, given before."""
    if asked.key is None:
        return None
    subject = RequestAnswered.address.format(key=asked.key)
    told: Told[RequestAnswered] | None = await memory.newest(subject)
    if told is None:
        return None
    if told.fact.digest != asked.digest:
        raise refused(Code.KEY_REUSED)
    return told.fact
