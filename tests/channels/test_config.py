"""A good file of channels makes channels; a bad one is answered with one sentence that helps."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from services.kit.serving import Unfit
from services.kit.settings import ServiceSettings
from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.config import make_channels
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.channels.meta.instagram import InstagramChannel
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.ports import Channel

NEWSROOM = '[channels.newsroom]\nkind = "newsroom"\ntitle = "Nyheter"\npublic_url = "https://ny.example/"\n'
MASTODON = '[channels.m]\nkind = "mastodon"\ntitle = "M"\nbase_url = "https://social.example"\n'

BLUESKY = '[channels.b]\nkind = "bluesky"\ntitle = "B"\nhandle = "regionen.example"\n'

INSTAGRAM = (
    '[channels.i]\nkind = "instagram"\ntitle = "I"\naccount = "1784140"\n'
    'media_url = "https://ny.example"\n'
)

THREADS = (
    '[channels.t]\nkind = "threads"\ntitle = "T"\naccount = "25141"\n'
    'media_url = "https://ny.example"\n'
)

FACEBOOK = '[channels.f]\nkind = "facebook"\ntitle = "F"\npage = "1020304"\n'

WEBHOOK = (
    '[channels.w]\nkind = "webhook"\ntitle = "W"\naddress = "https://in.example/hook?sig=1"\n'
    'public_url = "https://in.example"\nremembers_hours = 24.0\n'
)


@pytest.fixture
def settings(tmp_path: Path) -> ServiceSettings:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    return ServiceSettings(secrets=secrets, port=1)


def make(settings: ServiceSettings, text: str) -> dict[str, Channel]:
    path = settings.secrets.parent / "channels.toml"
    path.write_text(text)
    return make_channels(
        path,
        settings.secret,
        settings.secrets.parent / "data",
        answer_within=timedelta(seconds=10),
    )


def keep(settings: ServiceSettings, name: str, token: str) -> None:
    path = settings.secrets / name
    path.write_text(token)
    path.chmod(0o600)


def test_every_kind_of_channel_is_made(settings: ServiceSettings) -> None:
    keep(settings, "m.token", "a-token\n")
    keep(settings, "b.token", "app-pass-word\n")
    keep(settings, "f.token", "EAAB\n")
    keep(settings, "i.token", "EAAC\n")
    keep(settings, "t.token", "THAA\n")
    channels = make(settings, NEWSROOM + MASTODON + BLUESKY + FACEBOOK + INSTAGRAM + THREADS)
    assert list(channels) == ["newsroom", "m", "b", "f", "i", "t"]
    newsroom, mastodon, bluesky, facebook, instagram, threads = channels.values()
    assert isinstance(threads, ThreadsChannel)
    assert isinstance(instagram, InstagramChannel)
    assert instagram.showcase.address("d" * 64).startswith("https://ny.example/media/i/dddd")
    assert isinstance(newsroom, NewsroomChannel)
    assert isinstance(mastodon, MastodonChannel)
    assert (newsroom.title, newsroom.url) == ("Nyheter", "https://ny.example")
    assert (mastodon.title, mastodon.url) == ("M", "https://social.example")
    assert isinstance(bluesky, BlueskyChannel)
    assert isinstance(facebook, FacebookChannel)
    assert facebook.url == "https://www.facebook.com/1020304"
    assert (bluesky.title, bluesky.url) == ("B", "https://bsky.app/profile/regionen.example")


def test_a_receivers_secret_is_written_as_the_standard_writes_it(settings: ServiceSettings) -> None:
    keep(settings, "w.token", "whsec_aGVtbGlndA==")
    [channel] = make(settings, WEBHOOK).values()
    assert channel.repeat_safety.window == timedelta(hours=24)
    for wrong in ("hemligt", "whsec_h?"):
        keep(settings, "w.token", wrong)
        with pytest.raises(Unfit, match="not whsec_ and base64"):
            make(settings, WEBHOOK)


def test_a_token_may_have_a_file_of_another_name(settings: ServiceSettings) -> None:
    keep(settings, "shared.token", "a-token")
    assert make(settings, MASTODON + 'token_file = "shared.token"\n')


def test_each_newsroom_has_a_folder_of_its_own(settings: ServiceSettings) -> None:
    other = NEWSROOM.replace("channels.newsroom", "channels.other")
    folders = {
        channel.data
        for channel in make(settings, NEWSROOM + other).values()
        if isinstance(channel, NewsroomChannel)
    }
    assert len(folders) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[channels.a\n", ["not TOML", "line 1"]),
        ("", ["names no channel", "[channels.newsroom]"]),
        ("[channels]\n", ["names no channel"]),
        ("channels = 3\n", ["names no channel"]),
        ("[channels]\na = 3\n", ["[channels.a]", "not a table"]),
        ("[cannels.a]\n", ["cannels"]),
        ('organisation = "X"\n' + NEWSROOM, ["unknown key organisation"]),
        (NEWSROOM.replace('kind = "newsroom"', ""), ["[channels.newsroom]", "no kind", "mastodon"]),
        (NEWSROOM.replace('"newsroom"', '"myspace"'), ["unknown kind", "newsroom, mastodon"]),
        (
            NEWSROOM + 'colour = "red"\n',
            ["[channels.newsroom]", "unknown key colour", "public_url"],
        ),
        (NEWSROOM.replace("title", "titel"), ["[channels.newsroom]", "unknown key titel"]),
        (NEWSROOM.replace('title = "Nyheter"', ""), ["has no title"]),
        (
            NEWSROOM.replace("https://ny.example/", "ny.example"),
            ["public_url", "https://example.org"],
        ),
        (NEWSROOM.replace("https://ny.example/", "file:///etc"), ["public_url", "web address"]),
        (NEWSROOM.replace("https://ny.example/", "http://[1"), ["public_url"]),
        (NEWSROOM.replace("channels.newsroom", "channels.News_Room"), ["News_Room", "lower-case"]),
        (NEWSROOM.replace('"Nyheter"', "7"), ["title", "string"]),
        (NEWSROOM + NEWSROOM, ["not TOML"]),
        (MASTODON + 'token_file = "../planner/nkey"\n', ["token_file"]),
    ],
)
def test_a_fault_is_named_in_one_sentence(
    settings: ServiceSettings, text: str, words: list[str]
) -> None:
    with pytest.raises(Unfit) as caught:
        make(settings, text)
    said = str(caught.value)
    assert "channels.toml" in said
    assert "\n" not in said
    for word in words:
        assert word in said


def test_a_missing_file_is_named(settings: ServiceSettings, tmp_path: Path) -> None:
    with pytest.raises(Unfit, match=r"nowhere\.toml cannot be read"):
        make_channels(
            tmp_path / "nowhere.toml",
            settings.secret,
            tmp_path,
            answer_within=timedelta(seconds=1),
        )


def test_a_missing_token_names_the_file_to_write(settings: ServiceSettings) -> None:
    with pytest.raises(Unfit) as caught:
        make(settings, MASTODON)
    assert f"write it to {settings.secrets / 'm.token'}" in str(caught.value)


@pytest.mark.parametrize("token", ["", "two words", "två", "two\nlines"])
def test_a_token_that_cannot_be_one_is_refused(settings: ServiceSettings, token: str) -> None:
    keep(settings, "m.token", token)
    with pytest.raises(Unfit, match=r"m\b"):
        make(settings, MASTODON)


@pytest.mark.skipif(os.name != "posix", reason="file modes are POSIX's")
def test_a_token_that_others_can_read_is_refused(settings: ServiceSettings) -> None:
    keep(settings, "m.token", "a-token")
    (settings.secrets / "m.token").chmod(0o644)
    with pytest.raises(Unfit, match="chmod 600"):
        make(settings, MASTODON)
