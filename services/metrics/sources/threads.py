"""What the Threads API tells a profile of its posts, under its own names. It counts no reach."""

from schemas.insights import Measure
from services.metrics.sources.instagram import MediaItself

INSIGHTS = {
    Measure.VIEWS: ("views",),
    Measure.SHARES: ("reposts", "quotes", "shares"),
    Measure.COMMENTS: ("replies",),
    Measure.REACTIONS: ("likes",),
}


class ThreadItself(MediaItself):
    """A post of a profile."""

    text = "text"
    fields = "permalink,text"
