"""Which path of Mastodon's leads where."""

from starlette.routing import Route

from simulator.mastodon.desk import MastodonDoor, under
from simulator.mastodon.media import Media
from simulator.mastodon.pins import Pins
from simulator.mastodon.reading import Reading
from simulator.mastodon.statuses import Statuses


def routes(door: MastodonDoor) -> list[Route]:
    """The API of the dialect; the pages for strangers are the wall's."""
    reading, statuses, media = Reading(door.desk), Statuses(door.desk), Media(door.desk)
    pins = Pins(door.desk)
    table = [
        ("GET", "/api/v1/instance", reading.older_instance),
        ("GET", "/api/v2/instance", reading.instance),
        ("GET", "/api/v1/accounts/verify_credentials", reading.own_account),
        ("GET", "/api/v1/accounts/lookup", reading.lookup),
        ("GET", "/api/v1/accounts/{id}", reading.account),
        ("GET", "/api/v1/accounts/{id}/statuses", reading.timeline),
        ("POST", "/api/v2/media", media.upload),
        ("GET", "/api/v1/media/{id}", media.read),
        ("PUT", "/api/v1/media/{id}", media.describe),
        ("GET", "/system/media/{name}", media.fetch),
        ("POST", "/api/v1/statuses", statuses.publish),
        ("GET", "/api/v1/statuses/{id}", reading.status),
        ("PUT", "/api/v1/statuses/{id}", statuses.edit),
        ("DELETE", "/api/v1/statuses/{id}", statuses.delete),
        ("POST", "/api/v1/statuses/{id}/pin", pins.pin),
        ("POST", "/api/v1/statuses/{id}/unpin", pins.unpin),
        ("GET", "/api/v1/statuses/{id}/source", reading.source),
        ("GET", "/api/v1/statuses/{id}/context", reading.context),
    ]
    return [
        Route(under(path), door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
    ]
