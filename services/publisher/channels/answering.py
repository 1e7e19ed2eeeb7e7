"""What holds for answers to comments wherever a platform makes them by a call of their own."""

from collections.abc import Awaitable
from typing import TypeVar

from schemas.codes import Code
from schemas.posts import Addressee
from services.publisher.channels.calls import Calls, Unready
from services.publisher.domain.answers import Refused
from services.publisher.ports import Parcel, Sought

T = TypeVar("T")


def addressee(asked: Parcel | Sought) -> Addressee:
    """Give the comment that is answered."""
    answers = asked.content.answers if isinstance(asked, Parcel) else asked.answers
    if answers is None:
        raise ValueError("it answers nothing")
    return answers


async def standing(reading: Awaitable[T], calls: Calls) -> T | None:
    """Await what a look-up reads of the comment; None: it is gone, and its answers with it."""
    try:
        return await reading
    except Unready as unready:
        if unready.answer == calls.comment_gone():
            return None
        raise


def pictured(parcel: Parcel, calls: Calls) -> Refused | None:
    """Refuse pictures, which have no place in a comment there; None: there are none."""
    if not parcel.pictures:
        return None
    said = calls.named(limit=0, count=len(parcel.pictures))
    return Refused(Code.TOO_MANY_PICTURES, said)
