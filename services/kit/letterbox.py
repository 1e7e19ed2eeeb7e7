"""Writes to people through Apprise: mail, webhooks, gateways and whatever else it speaks."""

import asyncio
import logging
import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apprise import NotifyBase

LIMIT = 20.0
"""Seconds for all of one person's addresses; Apprise's own limits are for each socket call."""

_AT_ONCE = 8
"""Letters under way; one that hangs is given up, and ends when its own socket does."""

_TALKERS = ("apprise", "requests", "urllib3", "requests_oauthlib", "oauthlib")
"""They log whom they write to, and with it tokens that stand in addresses."""


def is_address(url: str) -> bool:
    """Whether an address is one that can be written to."""
    for talker in _TALKERS:
        logging.getLogger(talker).setLevel(logging.CRITICAL + 1)
    with warnings.catch_warnings():
        # Apprise loads every plugin at its first address, and some of them use what is old.
        warnings.simplefilter("ignore", DeprecationWarning)
        return _opened(url) is not None


class Addresses:
    """Writes a message to addresses, and says whether it was taken by one of them at least."""

    def __init__(self, limit: float = LIMIT, at_once: int = _AT_ONCE) -> None:
        self.limit = limit
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="letter")

    async def write(self, urls: Iterable[str], subject: str, body: str) -> bool:
        """Write to all of them at once; what takes too long counts as not taken."""
        loop = asyncio.get_running_loop()
        writing = [
            loop.run_in_executor(self._threads, _written, url, subject, body) for url in urls
        ]
        try:
            async with asyncio.timeout(self.limit):
                for taken in asyncio.as_completed(writing):
                    if await taken:
                        return True  # the others go on by themselves
        except TimeoutError:
            for each in writing:
                each.cancel()
        return False

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _written(url: str, subject: str, body: str) -> bool:
    address = _opened(url)
    if address is None:
        return False
    try:
        return bool(address.notify(body=body, title=subject, body_format="text"))
    except Exception:  # noqa: BLE001 – a hundred plugins raise what they like, addresses included
        return False


def _opened(url: str) -> "NotifyBase | None":
    # Apprise is 40 MB; a service that tells nobody need not carry it.
    from apprise import Apprise, NotifyBase  # noqa: PLC0415

    opened = Apprise.instantiate(url)
    return opened if isinstance(opened, NotifyBase) else None
