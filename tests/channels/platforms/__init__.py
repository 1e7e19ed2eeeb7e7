"""The accounts on which the same behaviours are tried: kinds of channel on kinds of server."""

from tests.channels.platforms import bluesky, email, mastodon, matrix
from tests.channels.platforms.base import Break

CAN: dict[str, frozenset[Break]] = {
    "mastodon_own": frozenset(Break),
    "mastodon_simulator": frozenset(Break),
    "mastodon_mock": frozenset(mastodon.Mocked.FAULTS),
    "bluesky_simulator": frozenset(Break),
    "facebook_simulator": frozenset(Break),
    "matrix_simulator": frozenset(Break),
    "webhook_receiver": frozenset(Break),
    "email_own": frozenset(email.FAULTS),
    "bluesky_server": frozenset(bluesky.BlueskyServer.FAULTS),
    "matrix_server": frozenset(matrix.MatrixServer.FAULTS),
    "email_server": frozenset(),
}
"""Which failures each can be asked for."""

REAL = {"bluesky_server", "matrix_server", "email_server"}
"""Those that `make test-real` installs."""
