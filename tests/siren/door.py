"""The page's door as the desk will have it: what was stored last is what the next try is given."""

import pytest

from schemas.alerts import OfficerSignedIn
from schemas.codes import Code
from services.kit.messages import Told
from services.publisher.siren.domain.refusals import Refusal
from services.publisher.siren.officers.sessions import Entrance, Sessions
from tests.siren.enlisted import CHEAP, Station, stored

Newest = Told[OfficerSignedIn] | None
HERE = "192.0.2.1"


class Door:
    """The page's door with its memory, as the desk will have it."""

    def __init__(self, made: Station) -> None:
        self.made = made
        self.sessions = Sessions(made.roll, made.clock, CHEAP)
        self.newest: dict[str, Newest] = {}

    async def try_in(
        self, officer: str, code: str, password: str | None = None, address: str = HERE
    ) -> Entrance:
        known = self.made.papers.get(officer)
        said = password if password is not None else known.password if known else "abcd"
        return await self.sessions.sign_in(officer, said, code, address, self.newest.get(officer))

    async def enter(self, officer: str, code: str | None = None) -> str:
        """Sign in, let it be stored, and get the session's word."""
        entrance = await self.try_in(officer, code or self.made.code(officer))
        self.newest[officer] = stored(entrance.fact)
        return self.sessions.open(entrance)

    async def refused(
        self, officer: str, code: str, password: str | None = None, address: str = HERE
    ) -> Refusal:
        with pytest.raises(Refusal) as caught:
            await self.try_in(officer, code, password, address)
        return caught.value

    def ended(self, word: str) -> bool:
        try:
            self.sessions.session(word)
        except Refusal as refusal:
            return refusal.code is Code.SESSION_ENDED
        return False
