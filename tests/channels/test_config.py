"""A good file of channels makes channels; a bad one is answered with one sentence that helps."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from services.kit.settings import ServiceSettings
from services.kit.unfit import Unfit
from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.config import make_channels, read_channels
from services.publisher.channels.mail.channel import EmailChannel
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.channels.meta.instagram import InstagramChannel
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.channels.newsroom.channel import NewsroomChannel
from services.publisher.channels.wordpress.channel import WordPressChannel
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

LINKEDIN = '[channels.l]\nkind = "linkedin"\ntitle = "L"\norganization = "1020304"\n'

TELEGRAM = '[channels.t]\nkind = "telegram"\ntitle = "T"\nchat = "@regionen"\n'

X = '[channels.x]\nkind = "x"\ntitle = "X"\nhandle = "regionen"\n'
WORDPRESS = (
    '[channels.wp]\nkind = "wordpress"\ntitle = "W"\nuser = "regionen"\n'
    'base_url = "https://region.example/nyheter/"\n'
)

MATRIX = (
    '[channels.x]\nkind = "matrix"\ntitle = "X"\nbase_url = "https://m.example"\n'
    'room = "!7hV:m.example"\nalias = "#press:m.example"\n'
)

EMAIL = (
    '[channels.e]\nkind = "email"\ntitle = "E"\nhost = "smtp.example"\nuser = "press"\n'
    'sender = "press@region.example"\n'
)
FILE = 'recipients_file = "e.list"\n'

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
        read_channels(path),
        settings,
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


def test_a_linkedin_page_is_made_by_its_number_and_a_version(settings: ServiceSettings) -> None:
    keep(settings, "l.token", "AQX\n")
    assert make(settings, LINKEDIN)["l"].url == "https://www.linkedin.com/company/1020304"
    with pytest.raises(Unfit, match=r"\[channels\.l\] version: "):
        make(settings, LINKEDIN + 'version = "2026-09"\n')


def test_a_bots_token_is_one_that_telegram_gives(settings: ServiceSettings) -> None:
    keep(settings, "t.token", "12345:" + "A" * 35)
    assert make(settings, TELEGRAM)["t"].url == "https://t.me/regionen"
    keep(settings, "t.token", "12345/../getMe")
    with pytest.raises(Unfit, match="not a bot's"):
        make(settings, TELEGRAM)


def test_an_account_on_x_has_four_keys(settings: ServiceSettings) -> None:
    keep(settings, "x.token", "app:app-secret:account:account-secret\n")
    assert make(settings, X)["x"].url == "https://x.com/regionen"
    keep(settings, "x.token", "app:app-secret\n")
    with pytest.raises(Unfit, match="not four"):
        make(settings, X)


def test_a_wordpress_site_is_opened_by_a_user(settings: ServiceSettings) -> None:
    keep(settings, "wp.token", "abcdEFGH1234ijklMNOP6789")
    [channel] = make(settings, WORDPRESS).values()
    assert isinstance(channel, WordPressChannel)
    assert (channel.title, channel.url) == ("W", "https://region.example/nyheter")
    with pytest.raises(Unfit, match=r"\[channels.wp\] user"):
        make(settings, WORDPRESS.replace("regionen", "a:b"))


def test_a_room_is_linked_to_by_its_public_address(settings: ServiceSettings) -> None:
    keep(settings, "x.token", "syt_token\n")
    [channel] = make(settings, MATRIX).values()
    assert channel.url == "https://matrix.to/#/%23press:m.example"
    [bare] = make(settings, MATRIX.rsplit("alias", 1)[0]).values()
    assert bare.url == "https://matrix.to/#/!7hV:m.example"


def test_a_list_is_written_to_by_its_address_or_to_everybody_on_it(
    settings: ServiceSettings,
) -> None:
    keep(settings, "e.token", "hemligt\n")
    keep(settings, "e.list", "# pressen\nanna@a.example\n\nbo@b.example\nanna@a.example\n")
    [channel] = make(settings, EMAIL + FILE).values()
    assert isinstance(channel, EmailChannel)
    assert channel.recipients == ("anna@a.example", "bo@b.example")
    [channel] = make(settings, EMAIL + 'to = "press@listor.example"\n').values()
    assert isinstance(channel, EmailChannel)
    assert (channel.recipients, channel.url) == (("press@listor.example",), "")


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ("", "write either to or recipients_file"),
        (FILE + 'to = "a@b.example"\n', "write either to or recipients_file"),
        (FILE + 'tls = "none"\n', "tls may be none only on this machine"),
        (FILE + 'tls = "maybe"\n', "tls: "),
        ('to = "a..b@c.example"\n', "to: "),
        ('to = "Anna <a@c.example>"\n', "to: "),
        (FILE + 'unsubscribe = "javascript:alert(1)"\n', "unsubscribe: "),
        (FILE + 'sender_name = "A\\nBcc: x"\n', "sender_name: "),
    ],
)
def test_a_list_that_cannot_be_written_to_says_why(
    settings: ServiceSettings, more: str, says: str
) -> None:
    keep(settings, "e.token", "hemligt\n")
    keep(settings, "e.list", "anna@a.example")
    with pytest.raises(Unfit, match=r"\[channels.e\]") as no:
        make(settings, EMAIL + more)
    assert says in str(no.value)


@pytest.mark.parametrize(
    ("kept", "says"),
    [
        ("anna@a.example\nanna i storstan", "e.list, line 2 is not an e-mail address"),
        ("a@b.example\r\nRCPT TO:<x@y.example>", "line 2"),
        ("# nobody", "names 0 recipients"),
        ("\n".join(f"a{number}@b.example" for number in range(101)), "names 101 recipients"),
    ],
)
def test_recipients_are_read_strictly_and_nobody_is_named(
    settings: ServiceSettings, kept: str, says: str
) -> None:
    keep(settings, "e.token", "hemligt\n")
    keep(settings, "e.list", kept)
    with pytest.raises(Unfit) as no:
        make(settings, EMAIL + FILE)
    assert says in str(no.value)
    assert "anna" not in str(no.value)


def test_a_list_without_recipients_says_where_they_go(settings: ServiceSettings) -> None:
    keep(settings, "e.token", "hemligt\n")
    with pytest.raises(Unfit, match=r"write them to .*e\.list, one on each line"):
        make(settings, EMAIL + FILE)


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


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(Unfit, match=r"nowhere\.toml cannot be read"):
        read_channels(tmp_path / "nowhere.toml")


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
