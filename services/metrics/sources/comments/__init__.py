"""Where people write beneath our posts, by kind of channel; one file per kind.

X is not among them: each comment that is read costs $0.005, and half of them are in no list.
"""

from services.metrics.ports import CommentSource, Owner, Reader
from services.metrics.sources import Places
from services.metrics.sources.comments.bluesky import PostThread
from services.metrics.sources.comments.facebook import PageComments
from services.metrics.sources.comments.instagram import MediaComments
from services.metrics.sources.comments.linkedin import SocialActions
from services.metrics.sources.comments.mastodon import StatusContext
from services.metrics.sources.comments.reading import InTime
from services.metrics.sources.comments.threads import Conversation
from services.metrics.sources.comments.wordpress import SiteComments


def comment_sources(reader: Reader, owner: Owner, places: Places) -> dict[str, CommentSource]:
    """Give the source of every kind of channel whose comments metrics can read."""
    found: dict[str, CommentSource] = {
        "mastodon": StatusContext(reader),
        "bluesky": PostThread(reader),
        "facebook": PageComments(owner, places.graph),
        "instagram": MediaComments(owner, places.graph),
        "threads": Conversation(owner, places.threads),
        "linkedin": SocialActions(owner, places.linkedin),
        "wordpress": SiteComments(reader),
    }
    return {kind: InTime(source) for kind, source in found.items()}
