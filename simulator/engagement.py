"""A made-up audience: the same seed and text always meet the same people, sooner or later."""

import math
import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from simulator.comments import COMMENTERS, REMARKS
from simulator.posts import Post
from simulator.tallies import text_digest
from simulator.text import hashtags

_MOST_COMMENTS = 12


@dataclass(frozen=True)
class Comment:
    """What one made-up reader wrote beneath a post."""

    id: str
    name: str
    text: str
    at: datetime
    parent: str = ""
    """The comment that it answers; empty: the post."""
    edited_at: datetime | None = None


@dataclass(frozen=True)
class Response:
    """What an audience has done with a post so far."""

    favourites: int
    reblogs: int
    comments: tuple[Comment, ...]


@dataclass(frozen=True)
class Audience:
    """Decides how a post is received; holds no state, so a restart changes nothing."""

    seed: int
    speed: float
    zone: ZoneInfo

    def response(self, post: Post, now: datetime) -> Response:
        """The response to a post by now: zero when it is new, and never less than before."""
        luck = _luck(f"{self.seed}:{post.account}:{text_digest(post.first_text)}")
        age = max(now - post.created_at, timedelta()) * self.speed
        pace = timedelta(hours=luck.uniform(2, 6))
        arrived = 1 - math.exp(-(age / pace))
        crowd = self._crowd(post, luck)
        favourites = crowd * luck.uniform(0.4, 0.7)
        reblogs = crowd * luck.uniform(0.08, 0.25)
        return Response(
            favourites=math.floor(favourites * arrived),
            reblogs=math.floor(reblogs * arrived),
            comments=self._comments(post, crowd, pace, luck, now),
        )

    def _crowd(self, post: Post, luck: random.Random) -> float:
        """How many care: some luck, and habits that can be learned (hour, theme, picture)."""
        crowd = 60 * math.exp(luck.gauss(0, 0.45))
        hour = post.created_at.astimezone(self.zone).hour
        crowd *= 1.5 if 18 <= hour < 21 else 1.2 if 7 <= hour < 9 else 0.6 if hour < 6 else 1.0
        for tag in hashtags(post.first_text)[:1]:
            crowd *= _luck(f"{self.seed}:{tag.lower()}").uniform(0.6, 1.8)
        return crowd * (1.35 if post.pictured else 1.0)

    def _comments(
        self, post: Post, crowd: float, pace: timedelta, luck: random.Random, now: datetime
    ) -> tuple[Comment, ...]:
        if post.in_reply_to_id:
            return ()
        count = min(_MOST_COMMENTS, round(crowd * luck.uniform(0.03, 0.1)))
        people = luck.sample(COMMENTERS, count)
        remarks = luck.sample(REMARKS, count)
        comments = []
        for k, (name, remark) in enumerate(zip(people, remarks, strict=True), start=1):
            wait = pace * -math.log(1 - k / (count + 1)) / self.speed
            if post.created_at + wait > now:
                break
            comment_id = str(int(post.id) + k)
            comments.append(Comment(comment_id, name, remark, post.created_at + wait))
        return tuple(comments)


def _luck(seed: str) -> random.Random:
    return random.Random(seed)  # noqa: S311 - the same luck every time is the point
