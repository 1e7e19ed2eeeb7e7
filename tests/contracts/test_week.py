"""The example week can be shown as it stands: two persons for each post, within every limit."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from PIL import Image

import examples
from examples.pictures import SCENES, draw

WEEK: dict[str, Any] = yaml.safe_load(
    (Path(examples.__file__).parent / "week.yaml").read_text(encoding="utf-8")
)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@pytest.mark.parametrize("post", WEEK["posts"], ids=lambda post: str(post["id"]))
def test_a_post_has_two_persons_and_a_text_for_each_channel(post: dict[str, Any]) -> None:
    assert post["author"] != post["approver"]
    assert post["series"] in {series["id"] for series in WEEK["series"]}
    mastodon = post["variants"]["mastodon-regionen"]["text"]
    link = post["variants"]["mastodon-regionen"].get("link")
    assert len(mastodon) + (25 if link else 0) <= 500
    bluesky = post["variants"].get("bluesky-regionen", {"text": ""})
    assert len(bluesky["text"]) + (2 + len(bluesky.get("link", ""))) <= 300
    written = [variant["text"] for variant in post["variants"].values()]
    assert len(set(written)) == len(written), "a text is written for its channel, not copied"
    for tag in re.findall(r"#(\w)", "\n".join(written)):
        assert tag.isupper(), "capitals let screen readers tell the words of a tag apart"
    for number in re.findall(r"\d{3,}", "\n".join(written)):
        assert number in {"1177", "112"}


def test_the_posts_stand_in_the_order_of_their_times() -> None:
    times = [(DAYS.index(post["day"]), post["time"]) for post in WEEK["posts"]]
    assert times == sorted(set(times))


def test_every_picture_is_used_described_and_light() -> None:
    pictures = [post["picture"] for post in WEEK["posts"] if "picture" in post]
    assert sorted(Path(picture["file"]).stem for picture in pictures) == sorted(SCENES)
    for picture in pictures:
        assert picture["alt"].strip()
        drawn = draw(Path(picture["file"]).stem)
        assert Image.open(io.BytesIO(drawn)).size == (1200, 800)
        assert len(drawn) <= 80_000
