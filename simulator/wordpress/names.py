"""What a user, a post and a file of the site are called, and where a stranger finds them."""

from simulator.posts import Post

DIALECT = "wordpress"
BASE = "/wordpress"
INDEX = f"{BASE}/wp-json"
API = f"{INDEX}/wp/v2"
UPLOADS = f"{BASE}/wp-content/uploads"


def account_of(name: str) -> str:
    """What the record calls the user whom a password opens."""
    return f"{name}.site"


def user_of(account: str) -> str:
    """The user's own name."""
    return account.removesuffix(".site")


def account_path(account: str) -> str:
    """Where a stranger reads what a user has published."""
    return f"{BASE}/author/{user_of(account)}/"


def slug_path(slug: str) -> str:
    """Where a stranger reads what has this slug."""
    return f"{BASE}/{slug}/"


def page_path(post: Post) -> str:
    """Where a stranger reads a post, or an answer beneath it."""
    place = slug_path(str((post.value or {}).get("slug")))
    return f"{place}#comment-{post.id}" if post.in_reply_to_id else place
