"""Which path of X's API leads where."""

from starlette.routing import Route

from simulator.x.desk import BASE, XDoor
from simulator.x.media import Media
from simulator.x.tweets import Tweets


def routes(door: XDoor) -> list[Route]:
    """The API of the dialect; the pages for strangers are the wall's."""
    media = Media(door.desk)
    tweets = Tweets(door.desk, media)
    table = [
        ("POST", "/2/media/upload", media.upload),
        ("POST", "/2/media/metadata", media.describe),
        ("GET", "/2/users/me", tweets.me),
        ("GET", "/2/users/{id}/tweets", tweets.listed),
        ("POST", "/2/tweets", tweets.create),
        ("GET", "/2/tweets", tweets.some),
        ("DELETE", "/2/tweets/{id}", tweets.delete),
        ("PUT", "/2/tweets/{id}/hidden", tweets.hide),
    ]
    return [
        Route(f"{BASE}{path}", door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
    ]
