"""Which platforms can be published to. One is loaded when a channel of it is asked for."""

from collections.abc import Mapping
from importlib import import_module

from services.publisher.channels.entry import Entry

KINDS: Mapping[str, str] = {
    "newsroom": "newsroom.channel:NewsroomEntry",
    "mastodon": "mastodon:MastodonEntry",
    "bluesky": "bluesky.channel:BlueskyEntry",
    "facebook": "meta.facebook:FacebookEntry",
    "instagram": "meta.instagram:InstagramEntry",
    "threads": "meta.threads:ThreadsEntry",
    "linkedin": "linkedin.channel:LinkedinEntry",
    "wordpress": "wordpress.channel:WordPressEntry",
    "matrix": "matrix.channel:MatrixEntry",
    "email": "mail.channel:EmailEntry",
    "x": "x.channel:XEntry",
    "telegram": "telegram:TelegramEntry",
    "webhook": "webhook:WebhookEntry",
}
"""Each kind's table, by its place in this package; in the order in which people are offered them.

What an organisation does not use costs it no memory, and a fault in it no start.
"""


def entry_of(kind: str) -> type[Entry]:
    """Load what a kind's table looks like; `KeyError` if there is no such kind."""
    module, _, name = KINDS[kind].partition(":")
    entry: type[Entry] = getattr(import_module(f"{__package__}.{module}"), name)
    return entry
