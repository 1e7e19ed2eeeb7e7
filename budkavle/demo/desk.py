"""The week at the planner's desk: pictures handed in, posts written, submitted and approved."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from budkavle.demo.pace import spread
from budkavle.demo.story import Row
from budkavle.demo.week import Post, Week
from budkavle.planner import Planner
from budkavle.programs import NEWSROOM
from examples.pictures import draw

_AT_ONCE = 4

People = Mapping[str, Planner]
"""Each person's own way to the planner."""


async def hand_in_pictures(people: People, week: Week) -> dict[str, str]:
    """Draw and upload the week's pictures; gives their digests by name."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def hand_in(post: Post) -> tuple[str, str]:
        if post.picture is None:
            return "", ""
        async with room:
            picture = await asyncio.to_thread(draw, post.picture.name)
            return post.picture.name, await people[post.author].upload(picture)

    return dict(await asyncio.gather(*map(hand_in, week.posts)))


def planned(week: Week, first: datetime, span: float) -> list[datetime]:
    """Give each post of the week its moment, from `first` on."""
    seconds = spread([post.minute for post in week.posts], span)
    return [first + timedelta(seconds=each) for each in seconds]


async def write_and_approve(
    people: People,
    week: Week,
    moments: Sequence[datetime],
    digests: Mapping[str, str],
    done: Callable[[Post], None],
) -> list[Row]:
    """Bring every post to its approval by another person; gives a row for each variant."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def bring(post: Post, moment: datetime) -> list[Row]:
        async with room:
            author, approver = people[post.author], people[post.approver]
            drafted = await author.draft(written(post, moment, digests))
            await author.submit(drafted)
            # The approver reads the post; the tag of what was read is what the approval is for.
            approved = await approver.approve(await approver.post(drafted.id))
            done(post)
            return _rows(post, approved.id, moment)

    found = await asyncio.gather(*map(bring, week.posts, moments))
    order = sorted(range(len(found)), key=lambda place: moments[place])
    return [row for place in order for row in found[place]]


def written(post: Post, moment: datetime, digests: Mapping[str, str]) -> dict[str, Any]:
    """Write a post of the week as the planner takes it."""
    pictures = (
        [{"digest": digests[post.picture.name], "alt": " ".join(post.picture.alt.split())}]
        if post.picture
        else []
    )
    variants = [
        {
            "channel": channel,
            "text": words.text.strip(),
            "title": post.title if channel == NEWSROOM else "",
            "link": words.link,
            "pictures": pictures,
            "publish_at": moment.isoformat(timespec="milliseconds"),
        }
        for channel, words in post.variants.items()
    ]
    return {"title": post.title, "series": post.series, "variants": variants}


def _rows(post: Post, number: str, moment: datetime) -> list[Row]:
    return [
        Row(
            slug=post.id,
            title=post.title,
            channel=channel,
            day=post.day,
            time=post.time,
            text=words.text,
            post=number,
            state="approved",
            publish_at=moment,
        )
        for channel, words in post.variants.items()
    ]
