"""What stands in the way of a post is told while it is written, in its right place."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from schemas.channels import Limits, VideoLimits
from schemas.codes import Code
from schemas.posts import Addressee, Content, Document, Picture, Variant
from services.kit.lengths import counted
from services.planner.domain.checks import (
    MOST_BYTES,
    content_digest,
    earliest,
    passed_times,
    problems_of,
)
from services.planner.domain.written import PictureHead, VideoHead, WrittenPost, document_of
from tests.planner.samples import CHANNELS, LIMITS, NOW, ZONE, in_a_while, probed, variant, written

DIGEST = "a" * 64
HEAD = PictureHead(digest=DIGEST, media_type="image/png", size=9_000_000, width=10, height=10)
MASTODON = LIMITS["mastodon"]
ESCAPED = Limits(characters=9, pictures=0, link_in_text=True, counting="escaped")
WEIGHTED = Limits(characters=9, pictures=0, link_characters=23, counting="weighted")


def read(post: dict[str, Any]) -> tuple[Document, list[tuple[Code, str]]]:
    document, unreadable = document_of(WrittenPost.model_validate(post), {DIGEST: HEAD}, ZONE)
    problems = unreadable + problems_of(document, CHANNELS) + passed_times(document, NOW)
    return document, [(problem.code, problem.path) for problem in problems]


def test_a_good_post_has_no_problems() -> None:
    picture = {"digest": DIGEST, "alt": "En filt"}
    _, problems = read(
        written(
            variant("newsroom", title="Natt", link="https://www.example.org/x", pictures=[picture]),
            variant("mastodon", publish_at={"local": "2026-11-24T18:30"}),
        )
    )
    assert problems == []


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"channel": "radio"}, Code.UNKNOWN_CHANNEL, "channel"),
        ({"text": ""}, Code.TEXT_EMPTY, "text"),
        ({"text": " \n\t"}, Code.TEXT_EMPTY, "text"),
        ({"text": "x" * 501}, Code.TEXT_TOO_LONG, "text"),
        ({"title": "Rubrik"}, Code.TITLE_NOT_TAKEN, "title"),
        ({"link": "example.org"}, Code.LINK_UNREADABLE, "link"),
        ({"link": "javascript:alert(1)"}, Code.LINK_UNREADABLE, "link"),
        ({"link": "https://"}, Code.LINK_UNREADABLE, "link"),
        ({"link": "https://[::1"}, Code.LINK_UNREADABLE, "link"),
        ({"link": "https://a.example/\nb"}, Code.LINK_UNREADABLE, "link"),
        ({"pictures": [{"digest": DIGEST, "alt": " "}]}, Code.ALT_MISSING, "pictures.0.alt"),
        ({"pictures": [{"digest": DIGEST}]}, Code.ALT_MISSING, "pictures.0.alt"),
        ({"pictures": [{"digest": "b" * 64, "alt": "x"}]}, Code.PICTURE_UNKNOWN, "pictures.0"),
        (
            {"pictures": [{"digest": DIGEST, "alt": "x" * 1501}]},
            Code.ALT_TOO_LONG,
            "pictures.0.alt",
        ),
        (
            {"pictures": [{"digest": DIGEST, "alt": "x"}] * 5},
            Code.TOO_MANY_PICTURES,
            "pictures",
        ),
        ({"publish_at": "2026-11-23T08:59Z"}, Code.TIME_PAST, "publish_at"),
        ({"publish_at": "2026-11-23T09:00Z"}, Code.TIME_PAST, "publish_at"),
        ({"publish_at": "2026-11-24T18:30"}, Code.TIME_WITHOUT_ZONE, "publish_at"),
        ({"publish_at": {"local": "2027-03-28T02:30"}}, Code.TIME_SKIPPED, "publish_at"),
        (
            {"publish_at": {"local": "2026-11-24T18:30", "zone": "X"}},
            Code.ZONE_UNKNOWN,
            "publish_at",
        ),
    ],
)
def test_each_fault_is_named_in_its_place(changes: dict[str, Any], code: Code, path: str) -> None:
    _, problems = read(written(variant("newsroom"), variant("mastodon") | changes))
    assert problems == [(code, f"variants.1.{path}")]


def test_all_faults_are_told_at_once() -> None:
    _, problems = read(written(variant("mastodon", text="", title="x", publish_at="nu")))
    assert {code for code, _ in problems} == {
        Code.TEXT_EMPTY,
        Code.TITLE_NOT_TAKEN,
        Code.TIME_UNREADABLE,
    }


def test_a_post_without_variants_is_not_a_post() -> None:
    assert read({"title": "Tom", "variants": []})[1] == [(Code.NO_VARIANTS, "variants")]


def test_a_channel_may_stand_once() -> None:
    _, problems = read(written(variant("newsroom"), variant("newsroom")))
    assert problems == [
        (Code.VARIANT_TWICE, "variants.0.channel"),
        (Code.VARIANT_TWICE, "variants.1.channel"),
    ]


def test_a_picture_too_large_for_its_channel_is_told() -> None:
    document, _ = read(written(variant("mastodon", pictures=[{"digest": DIGEST, "alt": "x"}])))
    limits = MASTODON.model_copy(update={"picture_bytes": 8_000_000})
    [problem] = problems_of(document, {"mastodon": probed("mastodon", limits)})
    assert (problem.code, problem.parameters) == (
        Code.PICTURE_TOO_LARGE,
        {"size": "9.0 MB", "limit": "8.0 MB"},
    )


def test_a_channel_without_posts_of_words_alone_asks_for_a_picture() -> None:
    limits = Limits(characters=2200, pictures=10, pictures_least=1)
    channels = {"instagram": probed("instagram", limits)}
    bare, _ = read(written(variant("instagram")))
    [problem] = problems_of(bare, channels)
    assert (problem.code, problem.path) == (Code.TOO_FEW_PICTURES, "variants.0.pictures")
    assert problem.parameters == {"channel": "instagram", "limit": 1, "count": 0}
    shown, _ = read(written(variant("instagram", pictures=[{"digest": DIGEST, "alt": "x"}])))
    assert problems_of(shown, channels) == ()


def of_instagram(**fields: Any) -> list[tuple[Code, str]]:
    limits = Limits(
        forms=("post", "story"), characters=9, pictures=10, pictures_least=1, hashtags=0
    )
    document, _ = read(written(variant("instagram", **fields)))
    told = problems_of(document, {"instagram": probed("instagram", limits)})
    return [(problem.code, problem.path.removeprefix("variants.0.")) for problem in told]


def test_a_story_is_one_picture_without_a_word() -> None:
    shown = [{"digest": DIGEST, "alt": "x"}]
    assert of_instagram(form="story", text="", pictures=shown) == []
    for words in (
        {"text": "Hej"},
        {"text": "", "title": "A"},
        {"text": "", "link": "https://a.se"},
    ):
        told = of_instagram(form="story", pictures=shown, **words)
        assert told == [(Code.STORY_WITH_WORDS, "text")]
    for pictures in ([], shown * 2):
        told = of_instagram(form="story", text="", pictures=pictures)
        assert told == [(Code.STORY_NOT_ONE, "pictures")]


def test_a_form_that_the_channel_does_not_have_is_told() -> None:
    _, problems = read(written(variant("mastodon", form="story", text="")))
    assert (Code.FORM_NOT_TAKEN, "variants.0.form") in problems


FILM = VideoHead(
    digest="f" * 64, media_type="video/mp4", size=9_000_000, width=1080, height=1920, seconds=12.0
)
TAKES_FILMS = Limits(
    forms=("post", "story", "reel"),
    characters=40,
    pictures=2,
    pictures_least=1,
    video=VideoLimits(
        forms=("reel", "story"),
        size=9_000_000,
        seconds_least=3,
        seconds_most=90,
        upright=True,
        described_in_text=True,
    ),
)


def filmed(
    limits: Limits = TAKES_FILMS, film: VideoHead = FILM, said: str = "En älg", **fields: Any
) -> list[tuple[Code, str]]:
    video = {"digest": film.digest, "description": said}
    asked = {"form": "reel", "text": "Se älgen", "video": video} | fields
    post = WrittenPost.model_validate(written(variant("instagram", **asked)))
    document, unreadable = document_of(post, {DIGEST: HEAD}, ZONE, videos={FILM.digest: film})
    told = unreadable + problems_of(document, {"instagram": probed("instagram", limits)})
    return [(problem.code, problem.path.removeprefix("variants.0.")) for problem in told]


def of_film(**changes: Any) -> VideoHead:
    return FILM.model_copy(update=changes)


def test_a_reel_is_a_film_with_words() -> None:
    assert filmed() == []
    assert filmed(form="story", text="") == []
    assert filmed(video=None) == [(Code.REEL_WITHOUT_VIDEO, "video")]


@pytest.mark.parametrize(
    ("film", "code"),
    [
        (of_film(size=9_000_001), Code.VIDEO_TOO_LARGE),
        (of_film(seconds=2.9), Code.VIDEO_LENGTH),
        (of_film(seconds=90.1), Code.VIDEO_LENGTH),
        (of_film(width=1920, height=1080), Code.VIDEO_NOT_UPRIGHT),
        (of_film(width=1080, height=1080), Code.VIDEO_NOT_UPRIGHT),
    ],
)
def test_a_film_that_the_channel_does_not_take_is_told(film: VideoHead, code: Code) -> None:
    assert filmed(film=film) == [(code, "video")]
    assert filmed(film=film, form="story", text="") == [(code, "video")]


def test_a_film_that_is_nearly_upright_is_taken() -> None:
    assert filmed(film=of_film(width=1082, height=1920)) == []


def test_a_film_has_its_forms_and_no_pictures_beside_it() -> None:
    shown = [{"digest": DIGEST, "alt": "x"}]
    assert filmed(form="post") == [(Code.VIDEO_NOT_TAKEN, "video")]
    assert filmed(pictures=shown) == [(Code.VIDEO_WITH_PICTURES, "video")]
    told = filmed(form="story", text="", pictures=shown)
    assert told == [(Code.STORY_NOT_ONE, "pictures")]
    bare = TAKES_FILMS.model_copy(update={"video": None})
    assert filmed(bare) == [(Code.VIDEO_NOT_TAKEN, "video")]


def test_a_film_needs_words_for_those_who_cannot_see_it() -> None:
    told = filmed(said=" ")
    assert (Code.DESCRIPTION_MISSING, "video.description") in told
    lost = {"digest": "e" * 64, "description": "x"}
    assert (Code.VIDEO_UNKNOWN, "video") in filmed(video=lost)


def test_a_description_has_the_room_of_an_alternative_text() -> None:
    apart = VideoLimits(forms=("post",), size=9_000_000, seconds_most=300)
    limits = Limits(characters=500, pictures=20, alt_characters=10, video=apart)
    assert filmed(limits, form="post", said="x" * 10) == []
    told = filmed(limits, form="post", said="x" * 11)
    assert told == [(Code.ALT_TOO_LONG, "video.description")]
    boundless = limits.model_copy(update={"alt_characters": None})
    assert filmed(boundless, form="post", said="x" * 5000) == []


def test_the_description_is_counted_where_it_stands_in_the_text() -> None:
    assert filmed(said="x" * (40 - len("Se älgen\n\nVideo: "))) == []
    assert filmed(said="x" * (41 - len("Se älgen\n\nVideo: "))) == [(Code.TEXT_TOO_LONG, "text")]


def test_links_are_counted_where_a_channel_counts_them() -> None:
    channels = {"threads": probed("threads", Limits(characters=500, pictures=0, links=2))}
    text = "https://a.example https://b.example https://a.example"
    few, _ = read(written(variant("threads", text=text, link="https://b.example")))
    assert problems_of(few, channels) == ()
    many, _ = read(written(variant("threads", text=text, link="https://c.example")))
    [problem] = problems_of(many, channels)
    assert (problem.code, problem.path) == (Code.TOO_MANY_LINKS, "variants.0.text")
    assert problem.parameters == {"channel": "threads", "limit": 2, "count": 3}


def test_hashtags_are_counted_where_a_channel_counts_them() -> None:
    limits = Limits(characters=2200, pictures=0, hashtags=2)
    channels = {"instagram": probed("instagram", limits)}
    text = "#Råd i C# och https://a.example/#del #Åka_skidor"
    few, _ = read(written(variant("instagram", text=text)))
    assert problems_of(few, channels) == ()
    many, _ = read(written(variant("instagram", text=f"{text} #Råd")))
    [problem] = problems_of(many, channels)
    assert (problem.code, problem.path) == (Code.TOO_MANY_HASHTAGS, "variants.0.text")
    assert problem.parameters == {"channel": "instagram", "limit": 2, "count": 3}


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Åka skidor – ”ute”…", 19),
        ("🙂", 4),
        ("❤️", 6),
        ("👩‍⚕️", 4 + 3 + 3 + 3),
        ("🇸🇪", 8),
        ("1️⃣", 1 + 3 + 3),
        ("👍🏽", 8),
    ],
)
def test_an_emoji_may_count_as_its_bytes(text: str, length: int) -> None:
    limits = Limits(characters=500, counting="bytes_for_emoji", pictures=0)
    assert counted(text, None, limits) == length


def test_a_document_that_would_not_fit_into_a_message_is_told() -> None:
    _, problems = read(written(variant("newsroom", text="å" * MOST_BYTES)))
    assert problems == [(Code.TOO_LARGE, "")]


@pytest.mark.parametrize(
    ("text", "link", "limits", "length"),
    [
        ("abc", None, MASTODON, 3),
        ("å" * 500, None, MASTODON, 500),
        ("a\u030a", None, MASTODON, 1),
        ("se https://a.example/" + "x" * 200, None, MASTODON, 3 + 23),
        ("abc", "https://a.example/" + "x" * 200, MASTODON, 3 + 2 + 23),
        ("abc https://a.example", "https://a.example", MASTODON, 4 + 23),
        ("abc", "https://a.example", Limits(characters=9, pictures=0), 3),
        (
            "abc",
            "https://a.example",
            Limits(characters=9, pictures=0, link_in_text=True),
            3 + 2 + 17,
        ),
        ("(a_b)", None, ESCAPED, 5 + 3),
        ("Vi #tvättar #1 händer", None, ESCAPED, 21 + 12 + 1),
        ("abc", "https://a.example/x_y", ESCAPED, 3 + 2 + 21 + 1),
        ("åäö – ”så”…", None, WEIGHTED, 11 + 1),
        ("👍 和", None, WEIGHTED, 2 + 1 + 2),
        ("© 1177", None, WEIGHTED, 2 + 5),
        ("Ring 1177 eller se 1177.se.", None, WEIGHTED, 19 + 23 + 1),
        ("t.ex. nu", None, WEIGHTED, 8),
        ("https://a.example/" + "x" * 200, None, WEIGHTED, 23),
    ],
)
def test_a_text_is_counted_as_its_channel_counts(
    text: str, link: str | None, limits: Limits, length: int
) -> None:
    assert counted(text, link, limits) == length


def test_beneath_pictures_there_is_less_room_and_their_descriptions_take_some_of_it() -> None:
    limits = Limits(characters=200, characters_with_picture=100, pictures=2, alt_in_text=True)
    picture = {"digest": DIGEST, "alt": "x" * 30}
    channels = {"mastodon": probed("mastodon", limits)}
    bare, _ = read(written(variant("mastodon", text="y" * 150)))
    assert not problems_of(bare, channels)
    shown, _ = read(written(variant("mastodon", text="y" * 60, pictures=[picture])))
    [problem] = problems_of(shown, channels)
    assert problem.parameters == {"channel": "mastodon", "length": 102, "limit": 100, "excess": 2}


def test_the_excess_is_what_has_to_go() -> None:
    document, _ = read(written(variant("mastodon", text="x" * 512)))
    [problem] = problems_of(document, CHANNELS)
    assert problem.parameters == {"channel": "mastodon", "length": 512, "limit": 500, "excess": 12}


def test_an_unknown_channel_is_answered_with_the_known_ones() -> None:
    document, _ = read(written(variant("radio")))
    [problem] = problems_of(document, CHANNELS)
    assert problem.parameters["channels"] == "mastodon, newsroom"
    [alone] = problems_of(document, {})
    assert alone.parameters["channels"] == "–"


def test_the_same_content_has_the_same_digest() -> None:
    assert content_digest(read(written())[0]) == content_digest(read(written())[0])


@pytest.mark.parametrize(
    "other",
    [
        written(title="Annat"),
        written(series="har-jobbar-jag"),
        written(labels=["vinter"]),
        written(variant(text="Annat")),
        written(variant(title="Rubrik")),
        written(variant(link="https://a.example")),
        written(variant(language="en")),
        written(variant(publish_at=in_a_while(since=NOW))),
        written(variant("mastodon")),
        written(variant(pictures=[{"digest": DIGEST, "alt": "x"}])),
        written(variant(), variant("mastodon")),
    ],
)
def test_any_other_content_has_another_digest(other: dict[str, Any]) -> None:
    assert content_digest(read(other)[0]) != content_digest(read(written())[0])


def test_the_first_of_the_times_is_the_posts() -> None:
    soon, later = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
    document, _ = read(
        written(
            variant("newsroom", publish_at=later.isoformat()),
            variant("mastodon", publish_at=soon.isoformat()),
        )
    )
    assert earliest(document) == (soon, ZONE)
    assert earliest(read(written())[0]) is None


ANSWER = Addressee(comment=UUID(int=7), external_id="c", beneath="p")
PICTURE = Picture(
    digest=DIGEST, media_type="image/png", size=900, width=10, height=10, alt="En filt"
)
TITLED = Limits(characters=9, pictures=4, takes_title=True, answers=True)
ANSWERED = Limits(
    characters=9, answer_characters=5, pictures=4, pictures_least=1, answer_pictures=0, answers=True
)


@pytest.mark.parametrize(
    ("said", "limits", "codes"),
    [
        ({"text": "12345"}, ANSWERED, []),
        ({"text": "123456"}, ANSWERED, [Code.TEXT_TOO_LONG]),
        ({"text": "1", "link": "https://a.se"}, ANSWERED, [Code.TEXT_TOO_LONG]),
        ({"text": "1", "title": "T"}, TITLED, [Code.TITLE_NOT_TAKEN]),
        ({"text": "1", "pictures": (PICTURE,)}, ANSWERED, [Code.TOO_MANY_PICTURES]),
        ({"text": "1", "pictures": (PICTURE,)}, TITLED, []),
        ({"text": "1"}, Limits(characters=9, pictures=0), [Code.ANSWERS_NOT_TAKEN]),
    ],
)
def test_an_answer_to_a_comment_has_limits_of_its_own(
    said: dict[str, Any], limits: Limits, codes: list[Code]
) -> None:
    torget = Variant(
        channel="torget",
        content=Content(**said, answers=ANSWER),
        publish_at="on_approval",
        zone=ZONE,
    )
    document = Document(title="Svar", variants=(torget,))
    channels = {"torget": probed("torget", limits)}
    assert [problem.code for problem in problems_of(document, channels)] == codes
