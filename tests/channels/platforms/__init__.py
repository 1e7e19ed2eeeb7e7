"""The accounts on which the same behaviours are tried: kinds of channel on kinds of server."""

from collections.abc import Mapping

from tests.channels.platforms import (
    bluesky,
    containers,
    email,
    facebook,
    linkedin,
    mastodon,
    matrix,
    telegram,
    wordpress,
    x,
)
from tests.channels.platforms.base import Break, Simulated

SIMULATED: Mapping[str, type[Simulated]] = {
    "mastodon": mastodon.SimulatedMastodon,
    "bluesky": bluesky.SimulatedBluesky,
    "facebook": facebook.SimulatedFacebook,
    "instagram": containers.SimulatedInstagram,
    "threads": containers.SimulatedThreads,
    "linkedin": linkedin.SimulatedLinkedin,
    "matrix": matrix.SimulatedMatrix,
    "telegram": telegram.SimulatedTelegram,
    "wordpress": wordpress.SimulatedWordPress,
    "x": x.SimulatedX,
}
"""The simulator's dialects, by kind of channel."""

CAN: Mapping[str, frozenset[Break]] = {
    "mastodon_own": frozenset(mastodon.FAULTS),
    "mastodon_mock": frozenset(mastodon.Mocked.FAULTS),
    **{f"{kind}_simulator": frozenset(Break) for kind in SIMULATED},
    "webhook_receiver": frozenset(mastodon.FAULTS),
    "email_own": frozenset(email.FAULTS),
    "bluesky_server": frozenset(bluesky.BlueskyServer.FAULTS),
    "wordpress_server": frozenset(wordpress.WordPressServer.FAULTS),
    "matrix_server": frozenset(matrix.MatrixServer.FAULTS),
    "email_server": frozenset(),
}
"""Which failures each can be asked for."""

REAL = {"bluesky_server", "wordpress_server", "matrix_server", "email_server"}
"""Those that `make test-real` installs."""
