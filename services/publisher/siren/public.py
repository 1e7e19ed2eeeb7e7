"""What strangers see: drawn again whenever something has changed, and served by another process."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog

from schemas.alerts import AlertFact, Status
from schemas.envelope import now
from services.publisher.channels.showcase import Showcase, rendition
from services.publisher.siren.face.folder import PublicFolder
from services.publisher.siren.face.keeper import Face
from services.publisher.siren.face.sheets import PRACTICE
from services.publisher.siren.face.site import Site
from services.publisher.siren.face.stories import slug_of
from services.publisher.siren.ports import ALERTS
from services.publisher.siren.spool import Spool

log = structlog.get_logger()

_AFTER_THE_LANE = 0.3
"""Seconds until what has changed is drawn: the calls to the channels go first."""

_AGAIN = timedelta(seconds=30)
"""Alerts end by themselves, and then look otherwise."""


class PublicFace:
    """Keeps the folder as it is to be, off the lane's own thread."""

    def __init__(self, spool: Spool, site: Site, folder: PublicFolder, face: Face) -> None:
        self._spool = spool
        self._site = site
        self._folder = folder
        self._face = face
        self._wanted = asyncio.Event()

    def draw(self) -> None:
        """Show how things are now; soon, and without waiting for it."""
        self._wanted.set()

    async def run(self) -> None:
        """Draw when asked to, when something is released, and now and then."""
        while True:
            await asyncio.sleep(_AFTER_THE_LANE)
            self._wanted.clear()
            moment = now()
            facts = [told.fact for told in self._spool.things(ALERTS)]
            try:
                await asyncio.to_thread(self._draw, facts, moment)
            except OSError as error:
                log.warning("siren.face_not_drawn", why=str(error))
            self._face.redrawn()
            with suppress(TimeoutError):
                async with asyncio.timeout(_until_next(facts, moment).total_seconds()):
                    await self._wanted.wait()

    def _draw(self, facts: list[AlertFact], moment: datetime) -> None:
        self._folder.put(self._site.draw([_released(fact, moment) for fact in facts], moment))


def page_of(public_url: str, status: Status, reference: str) -> str:
    """Say where the public will read an alert."""
    tree = "" if status == "actual" else PRACTICE
    return f"{public_url.rstrip('/')}/{tree}{slug_of(reference)}/"


def put_out(
    folder: PublicFolder, showcases: Sequence[Showcase], digest: str, content: bytes
) -> None:
    """Lay a card where those platforms find it that fetch pictures by themselves."""
    folder.put(
        {
            urlsplit(showcase.address(digest)).path.lstrip("/"): rendition(content, showcase.shape)
            for showcase in showcases
        }
    )


def _released(fact: AlertFact, moment: datetime) -> AlertFact:
    """Leave out what can still be stopped."""
    issued = tuple(each for each in fact.issued if each.release_at <= moment)
    return fact if len(issued) == len(fact.issued) else fact.model_copy(update={"issued": issued})


def _until_next(facts: list[AlertFact], moment: datetime) -> timedelta:
    """Wait for the next release at most."""
    releases = [
        issued.release_at - moment
        for fact in facts
        for issued in fact.issued
        if issued.release_at > moment
    ]
    return min([*releases, _AGAIN])
