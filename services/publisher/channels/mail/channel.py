"""A list of people, written to through the organisation's mail server."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from schemas.channels import Limits
from schemas.codes import Code
from schemas.deliveries import Proof
from services.kit.settings import MissingSecret
from services.kit.unfit import Unfit
from services.publisher.channels.calls import Unready
from services.publisher.channels.entry import Entry, FileName, Making
from services.publisher.channels.guide import Guide
from services.publisher.channels.mail.letter import Heading, letter, message_id
from services.publisher.channels.mail.submission import Server, Submission, Tls
from services.publisher.domain.answers import Answer, Flaw, Published, Refused, Unclear
from services.publisher.domain.rules import Amends, Repeat, RepeatSafety
from services.publisher.ports import Parcel, Readiness, Seen, Sought

_PICTURES = 4
_PICTURE_BYTES = 2_000_000
_LIMITS = Limits(
    characters=None, takes_title=True, pictures=_PICTURES, picture_bytes=_PICTURE_BYTES
)
_UNPACKED = 0.7
"""The share of a letter that its pictures may be before they are packed as letters."""

_MOST = 100
"""A server need not take more recipients of one letter (RFC 5321)."""

_WORD, _LABEL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", "[A-Za-z0-9-]{1,63}"
_ADDRESS = rf"^{_WORD}(\.{_WORD})*@({_LABEL}\.)+{_LABEL}$"
_HOST = rf"^(({_LABEL}\.)*{_LABEL}|[0-9A-Fa-f:]+)$"
_HERE = {"localhost", "127.0.0.1", "::1"}

Mailbox = Annotated[str, Field(pattern=_ADDRESS, max_length=254)]


class EmailChannel:
    """Makes a delivery one letter to everybody on the list. Nobody can ask whether it was taken."""

    kind = "email"
    keeps_content = False
    amends: Amends = "nothing"
    repeat_safety = RepeatSafety(Repeat.NONE, finds=False)
    answer_safety = None
    url = ""
    """What is sent to people has no address."""

    def __init__(
        self,
        name: str,
        title: str,
        server: Server,
        heading: Heading,
        recipients: Sequence[str],
        patience: float,
    ) -> None:
        self.name = name
        self.title = title
        self._heading = heading
        self.recipients = tuple(recipients)
        self._submission = Submission(title, server, heading.domain, patience)

    async def commit(self, parcel: Parcel) -> Answer:
        """Hand over the letter, once; the server's word that it has it is the proof."""
        written = letter(parcel, self._heading)
        sent = await self._submission.send(written, self._heading.sender, self.recipients)
        if not isinstance(sent, int):
            return sent
        named = self._submission.named(count=sent)
        flaw = Flaw(Code.RECIPIENTS_REFUSED, named) if sent else None
        return Published(message_id(parcel.key, self._heading), self.url, flaw=flaw)

    async def correct(self, parcel: Parcel, proof: Proof) -> Answer:  # noqa: ARG002 - the port's
        """Say that it cannot be: a correction may be tried twice, and a letter would come twice.

        It is a letter of its own, written and approved as any other.
        """
        return Refused(Code.CORRECTION_UNABLE, self._submission.named())

    async def retract(self, proof: Proof) -> Answer:  # noqa: ARG002 - the port's
        """Say that it cannot be: it lies with those who got it."""
        return Refused(Code.RETRACTION_UNABLE, self._submission.named())

    async def find(self, sought: Sought) -> Unclear:  # noqa: ARG002 - the port's
        """Say that a mail server cannot be asked what it has taken."""
        return Unclear(Code.ANSWER_UNCLEAR, self._submission.named(status="no list"))

    async def timeline(self, since: datetime) -> Sequence[Seen] | None:  # noqa: ARG002 - the port's
        """Say that there is nothing to read."""
        return None

    async def check(self) -> Readiness:
        """Sign in and leave again."""
        try:
            most = await self._submission.greet()
        except Unready as unready:
            return Readiness(_LIMITS, unready.answer.code, unready.answer.parameters)
        if most is None:
            return Readiness(_LIMITS)
        each = min(_PICTURE_BYTES, int(most * _UNPACKED) // _PICTURES)
        return Readiness(_LIMITS.model_copy(update={"picture_bytes": each}))

    async def close(self) -> None:
        """Have nothing to let go of: each letter has a connection of its own."""


_RECIPIENTS = (
    "Let the mail server keep the list of recipients. Or write them, one on each line "
    "and at most a hundred, into a file among the publisher's secrets (chmod 600)."
)


class EmailEntry(Entry):
    """A list of recipients, and the mail server that takes letters to them."""

    guide = Guide(
        called="E-mail: a list of recipients",
        steps=(
            "Ask whoever runs your mail server for its name, and for an account that may send.",
            "It has to be allowed to send as the address that recipients are to see.",
            _RECIPIENTS,
            "The token is the account's password; without an account there is none.",
        ),
        keys={
            "host": "the mail server",
            "port": "587; mostly 465 where tls is implicit",
            "tls": "starttls, implicit or, for a server on this machine alone, none",
            "user": "the account that signs in; empty if nobody does",
            "sender": "the address that recipients see",
            "sender_name": "the name that recipients see with it; empty for none",
            "to": "the list's own address; empty if the recipients stand in a file",
            "recipients_file": "the name of that file, without its folder",
            "unsubscribe": "where people leave the list, https:// or mailto:; empty for nowhere",
        },
        examples={
            "host": "smtp.region.example",
            "user": "utskick@region.example",
            "sender": "utskick@region.example",
            "sender_name": "Regionen",
            "to": "nyheter@lista.region.example",
            "recipients_file": "nyheter.recipients",
            "unsubscribe": "mailto:avsluta@region.example",
        },
        instead_of={"recipients_file": "to"},
        signs_in="user",
        unasked="Nobody can be asked whether letters arrive: send the first post to yourselves. "
        "After a lost answer a person finds out.",
    )

    kind: Literal["email"]
    host: str = Field(pattern=_HOST, max_length=253)
    port: int = Field(default=587, ge=1, le=65535)
    tls: Tls = "starttls"
    user: str | None = Field(default=None, pattern=r"^[!-~]{1,254}$")
    """Who signs in, with the password of the token file; without it, nobody does."""
    sender: Mailbox
    sender_name: str | None = Field(default=None, pattern=r"^[^\x00-\x1f\x7f]{1,100}$")
    to: Mailbox | None = None
    """The list's own address, where a list server has the recipients."""
    recipients_file: FileName | None = None
    """Among the secrets: one address on each line."""
    unsubscribe: str | None = Field(default=None, pattern=r"^(https://|mailto:)[!-;=?-~]{3,500}$")
    token_file: FileName | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if self.tls == "none" and self.host not in _HERE:
            raise ValueError(f"tls may be none only on this machine; {self.host} is another")
        if (self.to is None) == (self.recipients_file is None):
            raise ValueError("write either to or recipients_file")
        return self

    def make(self, making: Making) -> EmailChannel:
        """Make the channel of this list."""
        password = making.token(self.token_file) if self.user else ""
        recipients = [self.to] if self.to else _read(making, self.recipients_file or "")
        return EmailChannel(
            making.name,
            self.title,
            Server(self.host, self.port, self.tls, self.user, password),
            Heading(self.sender, self.sender_name, self.to, self.unsubscribe),
            recipients,
            making.answer_within.total_seconds(),
        )


def _read(making: Making, file: str) -> list[str]:
    """Read the recipients; what is wrong with them is said without naming anybody."""
    try:
        kept = making.secrets.secret(file)
    except MissingSecret as missing:
        said = f"the channel {making.name} has no recipients"
        if isinstance(missing.__cause__, FileNotFoundError):
            path = missing.__cause__.filename
            write = f"write them to {path}, one on each line, and run: chmod 600 {path}"
            raise Unfit(f"{said}; {write}") from missing
        raise Unfit(f"{said}: {missing}") from missing
    lines = [line.strip() for line in kept.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    for number, line in enumerate(lines, 1):
        if line in found and not re.fullmatch(_ADDRESS, line):
            raise Unfit(f"{file}, line {number} is not an e-mail address; write one on each line")
    if not 1 <= len(set(found)) <= _MOST:
        raise Unfit(f"{file} names {len(set(found))} recipients; one letter goes to 1 to {_MOST}")
    return list(dict.fromkeys(found))
