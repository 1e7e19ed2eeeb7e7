"""Each platform's own adapter, made to the simulator's dialect of it.

A platform comes into the drill by one line of `DIALECTS`.
"""

from datetime import timedelta

from drill.channels import Drilled, Fleet, Making, Written
from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.linkedin.channel import LinkedinChannel
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.channels.matrix.channel import MatrixChannel
from services.publisher.channels.meta.facebook import FacebookChannel
from services.publisher.channels.meta.instagram import SHAPE as INSTAGRAM_SHAPE
from services.publisher.channels.meta.instagram import InstagramChannel
from services.publisher.channels.meta.threads import SHAPE as THREADS_SHAPE
from services.publisher.channels.meta.threads import ThreadsChannel
from services.publisher.channels.showcase import Showcase
from services.publisher.channels.telegram import TelegramChannel
from services.publisher.channels.tokens import Token
from services.publisher.channels.wordpress.channel import WordPressChannel
from services.publisher.channels.x.channel import XChannel
from services.publisher.channels.x.signing import Keys
from simulator.bluesky.names import handle_of
from simulator.graph import instagram, threads
from simulator.graph.codes import code_of
from simulator.graph.desk import account_of, page_id
from simulator.linkedin import desk as linkedin
from simulator.matrix import names as matrix
from simulator.telegram import desk as telegram
from simulator.wordpress import names as wordpress
from simulator.x import desk as x
from simulator.x.signatures import APP, APP_SECRET, secret_of


def _mastodon(making: Making) -> MastodonChannel:
    name, base = making.name, f"{making.origin}/mastodon"
    return MastodonChannel(name, "Mastodon", base, name, making.answer_within)


def _bluesky(making: Making) -> BlueskyChannel:
    name, base = making.name, f"{making.origin}/bluesky"
    return BlueskyChannel(
        name, "Bluesky", base, handle_of(name), name, making.answer_within, public_url=base
    )


def _facebook(making: Making) -> FacebookChannel:
    name, base = making.name, f"{making.origin}{_GRAPH}"
    return FacebookChannel(name, "Facebook", _PAGE_ID, name, making.answer_within, base_url=base)


def _instagram(making: Making) -> InstagramChannel:
    name = making.name
    return InstagramChannel(
        name,
        "Instagram",
        _INSTAGRAM_ID,
        Token(name),
        making.answer_within,
        base_url=f"{making.origin}{_INSTAGRAM}",
        showcase=Showcase(name, making.media_url, Token(name), INSTAGRAM_SHAPE),
    )


def _threads(making: Making) -> ThreadsChannel:
    name = making.name
    return ThreadsChannel(
        name,
        "Threads",
        _THREADS_ID,
        Token(name),
        making.answer_within,
        base_url=f"{making.origin}{_THREADS}",
        showcase=Showcase(name, making.media_url, Token(name), THREADS_SHAPE),
    )


def _linkedin(making: Making) -> LinkedinChannel:
    name, base = making.name, f"{making.origin}{linkedin.BASE}"
    return LinkedinChannel(
        name,
        "LinkedIn",
        linkedin.organization_id(linkedin.account_of(name)),
        name,
        making.answer_within,
        base_url=base,
        upload_url=base,
        public_url=base,
    )


def _wordpress(making: Making) -> WordPressChannel:
    name, base = making.name, f"{making.origin}{wordpress.BASE}"
    return WordPressChannel(name, "WordPress", base, name, name, making.answer_within)


def _matrix(making: Making) -> MatrixChannel:
    name, base = making.name, f"{making.origin}{matrix.BASE}"
    return MatrixChannel(name, "Matrix", base, _ROOM, name, making.answer_within, public_url=base)


def _x(making: Making) -> XChannel:
    name, base = making.name, f"{making.origin}{x.BASE}"
    return XChannel(
        name,
        "X",
        x.account_of(name),
        Keys(APP, APP_SECRET, name, secret_of(name)),
        making.answer_within,
        base_url=base,
        public_url=base,
    )


def _telegram(making: Making) -> TelegramChannel:
    name, base = making.name, f"{making.origin}{telegram.BASE}"
    return TelegramChannel(
        name,
        "Telegram",
        f"@{telegram.account_of(name)}",
        name,
        making.answer_within,
        base_url=base,
        public_url=f"{base}/t.me",
    )


def _code(line: Written) -> str:
    return code_of(line["id"])


_STATUSES = "/mastodon/api/v1/statuses"
_REPO = "/bluesky/xrpc/com.atproto.repo"
_GRAPH = "/graph/v26.0"
_PAGE_ID = page_id(account_of("facebook"))
_PAGE = f"{_GRAPH}/{_PAGE_ID}"
_INSTAGRAM = "/graph/v25.0"
"""Another version than the Page's: a node's path does not say whose it is."""
_INSTAGRAM_ACCOUNT = "instagram.instagram"
_INSTAGRAM_ID = instagram.user_id(_INSTAGRAM_ACCOUNT)
_MEDIA = f"{_INSTAGRAM}/{_INSTAGRAM_ID}/media"
_THREADS = f"{threads.BASE}/v1.0"
_THREADS_ACCOUNT = "threads.threads"
_THREADS_ID = threads.user_id(_THREADS_ACCOUNT)
_PROFILE = f"{_THREADS}/{_THREADS_ID}"
_LINKEDIN_POSTS = f"{linkedin.BASE}/rest/posts"
_SITE_POSTS = f"{wordpress.API}/posts"
_ROOM = matrix.rooms_of("matrix")[""]
_IN_ROOM = f"{matrix.BASE}/_matrix/client/v3/rooms/{_ROOM}"
_X_ACCOUNT = x.account_of("x")
_TWEETS = f"{x.BASE}/2/tweets"
_TIMELINE = f"{x.BASE}/2/users/{x.user_id(_X_ACCOUNT)}/tweets"
_BOT = f"{telegram.BASE}/bottelegram"
_MINUTE = timedelta(minutes=1)

DIALECTS = Fleet(
    {
        "mastodon": Drilled(
            _mastodon,
            account="mastodon",
            page="/mastodon/@{account}/{id}",
            publishing=(("POST", _STATUSES),),
            removing=(("DELETE", _STATUSES),),
            reading=(("GET", "/mastodon/api/v1/accounts/"),),
        ),
        "bluesky": Drilled(
            _bluesky,
            account=handle_of("bluesky"),
            page="/bluesky/profile/{account}/post/{called}",
            publishing=(("POST", f"{_REPO}.putRecord"),),
            removing=(("POST", f"{_REPO}.deleteRecord"),),
            reading=(("GET", f"{_REPO}.getRecord"),),
        ),
        "facebook": Drilled(
            _facebook,
            account=account_of("facebook"),
            page="/facebook/{account}/posts/{id}",
            publishing=(
                ("POST", f"{_PAGE}/photos"),
                ("POST", f"{_PAGE}/feed"),
                ("POST", f"{_PAGE}_"),
            ),
            removing=(("DELETE", f"{_PAGE}_"),),
            reading=(("GET", f"{_PAGE}_"), ("GET", f"{_PAGE}/published_posts")),
            pictured=True,
            shortest_wait=_MINUTE,
        ),
        "instagram": Drilled(
            _instagram,
            account=_INSTAGRAM_ACCOUNT,
            page="/instagram/p/{called}/",
            publishing=(("POST", _MEDIA),),
            removing=(("DELETE", f"{_INSTAGRAM}/"),),
            reading=(("GET", f"{_INSTAGRAM}/"),),
            pictured=True,
            shortest_wait=_MINUTE,
            called=_code,
        ),
        "threads": Drilled(
            _threads,
            account=_THREADS_ACCOUNT,
            page="/threads/@{account}/post/{called}",
            publishing=(("POST", f"{_PROFILE}/threads"),),
            removing=(("DELETE", f"{_THREADS}/"),),
            reading=(("GET", f"{_THREADS}/"),),
            shortest_wait=_MINUTE,
            called=_code,
        ),
        "linkedin": Drilled(
            _linkedin,
            account=linkedin.account_of("linkedin"),
            page="/linkedin/feed/update/urn:li:share:{id}/",
            publishing=(("POST", _LINKEDIN_POSTS),),
            removing=(("DELETE", _LINKEDIN_POSTS),),
            reading=(("GET", _LINKEDIN_POSTS),),
            # Calls are counted by the day.
            shortest_wait=timedelta(days=1),
            called=lambda line: f"urn:li:share:{line['id']}",
        ),
        "wordpress": Drilled(
            _wordpress,
            account=wordpress.account_of("wordpress"),
            page="/wordpress/{called}/",
            publishing=(("POST", _SITE_POSTS),),
            removing=(("DELETE", _SITE_POSTS),),
            reading=(("GET", _SITE_POSTS),),
            called=lambda line: str(line["value"]["slug"]),
        ),
        "matrix": Drilled(
            _matrix,
            account=matrix.account_of(_ROOM),
            page="/matrix/room/{account}/{id}",
            publishing=(("PUT", f"{_IN_ROOM}/send/"),),
            removing=(("PUT", f"{_IN_ROOM}/redact/"),),
            reading=(("GET", f"{_IN_ROOM}/messages"),),
            called=lambda line: matrix.event_id(line["n"]),
        ),
        "x": Drilled(
            _x,
            account=_X_ACCOUNT,
            page="/x/{account}/status/{id}",
            publishing=(("POST", _TWEETS),),
            removing=(("DELETE", _TWEETS),),
            reading=(("GET", _TIMELINE),),
        ),
        "telegram": Drilled(
            _telegram,
            account=telegram.account_of("telegram"),
            page="/telegram/t.me/{account}/{called}",
            publishing=(("POST", f"{_BOT}/send"),),
            removing=(("POST", f"{_BOT}/deleteMessages"),),
            reading=(),
            finds=False,
            called=lambda line: str(line["value"]["messages"][0]),
        ),
    }
)
