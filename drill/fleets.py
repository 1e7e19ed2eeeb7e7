"""Which channels are drilled: one for each kind of repeat-safety, or each platform's adapter.

A platform comes into the drill by one line of `DIALECTS`.
"""

from collections.abc import Mapping
from datetime import timedelta

from drill.channels import Drilled, Fleet
from drill.plain import PlainChannel
from drill.platform import (
    KeyedChannel,
    ListedChannel,
    MuteChannel,
    OwnIdChannel,
    TwoPhaseChannel,
)
from services.publisher.channels.bluesky.channel import BlueskyChannel
from services.publisher.channels.mastodon import MastodonChannel
from services.publisher.channels.meta.facebook import FacebookChannel
from simulator.bluesky.names import handle_of
from simulator.graph.desk import account_of, page_id


def _plain(kind: type[PlainChannel], name: str, repeats: int = 0) -> Drilled:
    return Drilled(
        lambda name, origin, within: kind(name, name.capitalize(), origin, within),
        account=name,
        page="/plain/@{account}/{id}",
        publishing=(("POST", "/plain/"), ("PUT", "/plain/")),
        removing=(("DELETE", "/plain/"),),
        reading=(("GET", f"/plain/{name}/"),) if kind.finds else (),
        finds=kind.finds,
        repeats=repeats,
    )


PLAIN = Fleet(
    {
        "own-id": _plain(OwnIdChannel, "own-id"),
        "two-phase": _plain(TwoPhaseChannel, "two-phase"),
        "keyed": _plain(KeyedChannel, "keyed"),
        "listed": _plain(ListedChannel, "listed"),
        "mute": _plain(MuteChannel, "mute"),
        "crisis": _plain(MuteChannel, "crisis", repeats=1),
    }
)


def _mastodon(name: str, origin: str, within: timedelta) -> MastodonChannel:
    return MastodonChannel(name, "Mastodon", f"{origin}/mastodon", name, within)


def _bluesky(name: str, origin: str, within: timedelta) -> BlueskyChannel:
    base = f"{origin}/bluesky"
    return BlueskyChannel(name, "Bluesky", base, handle_of(name), name, within, public_url=base)


def _facebook(name: str, origin: str, within: timedelta) -> FacebookChannel:
    page, base = page_id(account_of(name)), f"{origin}{_GRAPH}"
    return FacebookChannel(name, "Facebook", page, name, within, base_url=base)


_STATUSES = "/mastodon/api/v1/statuses"
_REPO = "/bluesky/xrpc/com.atproto.repo"
_GRAPH = "/graph/v26.0"
_PAGE = f"{_GRAPH}/{page_id(account_of('facebook'))}"

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
            page="/bluesky/profile/{account}/post/{key}",
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
            waits_in_minutes=True,
        ),
    }
)

FLEETS: Mapping[str, Fleet] = {"plain": PLAIN, "dialects": DIALECTS}
