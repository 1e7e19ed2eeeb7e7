"""Who is at the keyboard: a duty officer, shown by the key file that signs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from budkavle.alert.statements import Act, Statement
from budkavle.folder import Folder
from budkavle.trouble import Trouble
from services.kit.keyfiles import KeyFile, read_key
from services.kit.settings import MissingSecret


@dataclass(frozen=True, slots=True)
class Officer:
    """A duty officer with their key; it never leaves this machine."""

    key: KeyFile

    @property
    def id(self) -> str:
        """Who it is."""
        return self.key.officer

    def word(self, act: Act, alert: str | None = None, digest: str | None = None) -> dict[str, Any]:
        """Sign an act: what the siren is sent."""
        statement = Statement.made(self.id, act, alert, digest)
        proof = self.key.signer.sign(statement.signed)
        return {"statement": statement.said, "key": self.key.signer.name, "proof": proof}


def officer_of(folder: Folder, person: str | None, key: Path | None) -> Officer:
    """Find an officer's key: in the file that was named, or where `budkavle up` keeps them."""
    if key is None:
        if person is None:
            raise Trouble("Say who you are: --as, or where your key is: --key.")
        key = folder.officers / f"{person}.key"
    try:
        read = read_key(key)
    except MissingSecret as error:
        raise Trouble("{words}", words=str(error)) from error
    if person not in {None, read.officer}:
        raise Trouble(
            "The key {path} is {owner}'s, not {person}'s. Leave --as out, or take your own key.",
            path=key,
            owner=read.officer,
            person=person,
        )
    return Officer(read)
