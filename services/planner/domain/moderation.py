"""What is done to things that stand in public: which channel can, and what came of it."""

from dataclasses import dataclass

from schemas.channels import ChannelProbed
from schemas.codes import Code
from schemas.moderation import Action, ModerationAsked, ModerationFact
from services.planner.domain.refusals import refused


@dataclass(frozen=True, slots=True)
class Moderation:
    """The newest word of a person on a thing, and what came of it."""

    asked: ModerationAsked
    sequence: int
    last: ModerationFact | None = None
    """The publisher's newest word, perhaps on something asked earlier."""

    @property
    def outcome(self) -> ModerationFact | None:
        """What came of exactly this; None: not known yet."""
        return self.last if self.last and self.last.on == self.sequence else None


def refuse_unable(channel: ChannelProbed, action: Action) -> None:
    """Refuse what a channel cannot do to what stands there."""
    if action not in channel.limits.moderation:
        raise refused(Code.MODERATION_UNABLE, channel=channel.title)
