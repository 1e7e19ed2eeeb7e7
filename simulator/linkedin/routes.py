"""Which path of LinkedIn's API leads where."""

from starlette.routing import Route

from simulator.linkedin.comments import Comments
from simulator.linkedin.desk import BASE, LinkedinDoor
from simulator.linkedin.images import Images
from simulator.linkedin.posts import Posts


def routes(door: LinkedinDoor) -> list[Route]:
    """The API of the dialect; the pages for strangers are the wall's."""
    images = Images(door.desk)
    posts = Posts(door.desk, images)
    comments = Comments(door.desk)
    table = [
        ("POST", "/rest/images", images.begin),
        ("PUT", "/dms-uploads/{number}/uploaded-image/0", images.take),
        ("GET", "/rest/images/{urn}", images.read),
        ("POST", "/rest/posts", posts.create),
        ("GET", "/rest/posts", posts.listed),
        ("GET", "/rest/posts/{urn}", posts.one),
        ("POST", "/rest/posts/{urn}", posts.change),
        ("DELETE", "/rest/posts/{urn}", posts.delete),
        ("GET", "/rest/socialActions/{urn}/comments", comments.listed),
        ("GET", "/rest/organizationalEntityShareStatistics", posts.numbers),
    ]
    return [
        Route(f"{BASE}{path}", door.refusing(endpoint), methods=[method])
        for method, path, endpoint in table
    ]
