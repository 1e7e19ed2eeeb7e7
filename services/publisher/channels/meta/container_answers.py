"""What we read of Meta's answers about containers and what became of them, and nothing more.

Instagram and Threads say the same things under different names.
"""

import re
from datetime import timedelta

from pydantic import AliasChoices, Field, TypeAdapter

from schemas.channels import Quota
from schemas.codes import Code
from services.publisher.channels.calls import Calls
from services.publisher.channels.exchange import Reply
from services.publisher.channels.meta import graph
from services.publisher.channels.meta.shapes import Id, Said, Url
from services.publisher.channels.waits import LONGEST_WAIT
from services.publisher.channels.wording import one_line
from services.publisher.domain.answers import NotNow, Refused

_REFUSED = {2_207_004, 2_207_005, 2_207_009, 2_207_010, 2_207_023, 2_207_026, 2_207_028}
"""Documented for what is wrong with the post itself."""
_UNFETCHED = {2_207_003, 2_207_052}
_RESTRICTED = {2_207_050, 2_207_051, 4_279_013}
_NOT_READY = {2_207_027}
_QUOTA_USED = {2_207_042}

_SOON = timedelta(seconds=2)
"""An image is taken in within seconds. Each further look comes later than the one before."""


class Container(Said):
    """How it is with a container."""

    code: str = Field(validation_alias=AliasChoices("status_code", "status"))
    words: str = Field(default="", validation_alias=AliasChoices("error_message", "status"))


class Permalink(Said):
    """Where a post stands."""

    permalink: Url


class Account(Said):
    """The account."""

    id: Id
    username: str = Field(pattern=r"^[A-Za-z0-9._-]{1,60}$")


class _Config(Said):
    quota_total: int = Field(ge=0)
    quota_duration: int = Field(default=86_400, gt=0, le=366 * 86_400)
    """Seconds."""


class _Usage(Said):
    quota_usage: int
    config: _Config


class Usage(Said):
    """How much is used of the posts that may be made in a day."""

    data: list[_Usage] = Field(min_length=1)

    @property
    def quota(self) -> Quota:
        """Give what is left, in our own language."""
        used, config = self.data[0].quota_usage, self.data[0].config
        return Quota(
            left=min(max(0, config.quota_total - used), config.quota_total),
            of=config.quota_total,
            per=timedelta(seconds=config.quota_duration),
        )


class Newer(Said):
    """A token in the place of an older one."""

    access_token: str = Field(pattern=r"^[!-~]{1,4000}$")
    expires_in: int = Field(gt=0, le=10 * 366 * 86_400)


EXPIRED = Container.model_validate({"status": "EXPIRED"})
CONTAINER = TypeAdapter(Container)
PERMALINK = TypeAdapter(Permalink)
ACCOUNT = TypeAdapter(Account)
USAGE = TypeAdapter(Usage)
NEWER = TypeAdapter(Newer)


def held_up(reply: Reply, calls: Calls) -> NotNow | None:
    """Say whether surely nothing was done; a subcode says more than its code."""
    error = graph.error_of(reply)
    if error is None or error.error_subcode is None:
        return graph.held_up(reply, calls)
    subcode, why = error.error_subcode, error.words
    if subcode in _RESTRICTED:
        return NotNow(Code.ACCOUNT_RESTRICTED, calls.named(why=why))
    if subcode in _QUOTA_USED:
        return NotNow(Code.CHANNEL_THROTTLED, calls.named(), LONGEST_WAIT)
    if subcode in _NOT_READY:
        return preparing(calls)
    return graph.held_up(reply, calls)


def refused(reply: Reply, calls: Calls) -> NotNow | Refused | None:
    """Say whether no container is made of this, for what it is or for want of its pictures."""
    error = graph.error_of(reply)
    if error is not None and error.error_subcode in _UNFETCHED:
        return NotNow(Code.PICTURE_UNFETCHED, calls.named(why=error.words))
    if error is not None and error.error_subcode in _REFUSED:
        return Refused(Code.CHANNEL_REFUSED, calls.named(why=error.words))
    return graph.refused(reply, calls)


def preparing(calls: Calls) -> NotNow:
    """Say that it is not ready yet."""
    return NotNow(Code.CHANNEL_PREPARING, calls.named(), _SOON)


def failed(container: Container, calls: Calls) -> NotNow | Refused:
    """Say what became of a container from which no post will come."""
    why = one_line(f"{container.code} {container.words}")
    found = re.search(r"\b2207\d{3}\b", container.words)
    subcode = int(found[0]) if found else None
    if subcode in _REFUSED:
        return Refused(Code.CHANNEL_REFUSED, calls.named(why=why))
    if subcode in _UNFETCHED:
        return NotNow(Code.PICTURE_UNFETCHED, calls.named(why=why), anew=True)
    return NotNow(Code.CHANNEL_BUSY, calls.named(status=container.code), anew=True)
