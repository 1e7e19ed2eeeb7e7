"""The example week can be shown: whole, approved by others, pictures that exist."""

from budkavle.demo import week
from budkavle.programs import BLUESKY, FACEBOOK, INSTAGRAM, MASTODON, NEWSROOM
from examples.pictures import SCENES


def test_the_week_is_written_for_the_demos_channels() -> None:
    posts = week.read().posts
    assert len(posts) >= 8
    written = {channel for post in posts for channel in post.variants}
    assert written == {NEWSROOM, MASTODON, BLUESKY, FACEBOOK, INSTAGRAM}


def test_nobody_approves_their_own_post() -> None:
    assert all(post.author != post.approver for post in week.read().posts)


def test_every_picture_can_be_drawn_and_is_described() -> None:
    pictures = [post.picture for post in week.read().posts if post.picture]
    assert pictures
    assert {picture.name for picture in pictures} <= set(SCENES)
    assert all(picture.alt for picture in pictures)


def test_what_goes_to_instagram_has_a_picture() -> None:
    assert all(post.picture for post in week.read().posts if INSTAGRAM in post.variants)


def test_every_post_belongs_to_a_series_of_the_week() -> None:
    read = week.read()
    assert {post.series for post in read.posts} <= {series.id for series in read.series}
