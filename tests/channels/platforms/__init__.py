"""The accounts on which the same behaviours are tried: kinds of channel on kinds of server."""

from tests.channels.platforms import bluesky, mastodon
from tests.channels.platforms.base import Break

CAN: dict[str, frozenset[Break]] = {
    "mastodon_own": frozenset(Break),
    "mastodon_simulator": frozenset(Break),
    "mastodon_mock": frozenset(mastodon.Mocked.FAULTS),
    "bluesky_simulator": frozenset(Break),
    "facebook_simulator": frozenset(Break),
    "instagram_simulator": frozenset(Break),
    "threads_simulator": frozenset(Break),
    "webhook_receiver": frozenset(Break),
    "bluesky_server": frozenset(bluesky.BlueskyServer.FAULTS),
}
"""Which failures each can be asked for."""

REAL = {"bluesky_server"}
"""Those that `make test-real` installs."""
