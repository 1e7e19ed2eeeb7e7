"""Which path of the client-server API leads where."""

from starlette.routing import Route

from simulator.matrix.desk import MatrixDoor, under
from simulator.matrix.reading import Reading
from simulator.matrix.writing import Writing


def routes(door: MatrixDoor) -> list[Route]:
    """The API of the dialect; the pages are the wall's."""
    reading, writing = Reading(door.desk), Writing(door.desk)
    room = "client/v3/rooms/{room}"
    table = [
        ("GET", "client/v3/account/whoami", reading.whoami),
        ("GET", "client/v3/joined_rooms", reading.joined),
        ("GET", "client/v1/media/config", reading.media),
        ("POST", "media/v3/upload", writing.upload),
        ("GET", f"{room}/state/{{type}}", reading.state),
        ("GET", f"{room}/messages", reading.messages),
        ("GET", f"{room}/event/{{event}}", reading.event),
        ("GET", "client/v1/rooms/{room}/relations/{event}/m.replace", reading.replacing),
        ("PUT", f"{room}/state/m.room.pinned_events", writing.pin),
        ("PUT", f"{room}/send/{{type}}/{{transaction}}", writing.send),
        ("PUT", f"{room}/redact/{{event}}/{{transaction}}", writing.redact),
    ]
    return [
        Route(under(path), door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
    ]
