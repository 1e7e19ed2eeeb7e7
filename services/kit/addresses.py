"""What an address tells by itself."""

import re

_SITE_ALONE = re.compile(r"https?://[^/?#]*/?#.+", re.DOTALL)


def has_page(url: str) -> bool:
    """Whether a stranger can be shown a post there.

    Not where there is no address (a letter), nor where all that names the post stands after the
    `#`, which no server is ever told (a link that a reader's own program opens).
    """
    return bool(url) and not _SITE_ALONE.fullmatch(url)
