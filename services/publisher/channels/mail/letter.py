"""A post as a letter: words as plain text and as HTML, with the pictures inside."""

from collections.abc import Sequence
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from markupsafe import Markup

from services.kit.texts import opening
from services.publisher.channels.prose import legible, paragraphs
from services.publisher.channels.wording import one_line, with_link
from services.publisher.ports import Parcel, PictureFile

_POLICY = SMTP.clone(cte_type="7bit")
"""Not every server on the way takes eight bits."""

_PAGE = Markup(
    '<!doctype html>\n<html lang="{}">\n<head><meta charset="utf-8"><title>{}</title></head>\n'
    "<body>\n{}\n{}</body>\n</html>\n"
)
_PICTURE = Markup(
    '<p><img src="cid:{}" alt="{}" width="{}" style="max-width: 100%; height: auto"></p>\n'
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands on every letter of a list."""

    sender: str
    name: str | None = None
    to: str | None = None
    """The list's own address; None: nobody is named, so that nobody sees the others."""
    unsubscribe: str | None = None

    @property
    def domain(self) -> str:
        """Where the sender is at home."""
        return self.sender.rpartition("@")[2]


def message_id(key: str, heading: Heading) -> str:
    """Name the letter of a delivery: the same at every attempt, so that people know it again."""
    return f"<{key}@{heading.domain}>"


def letter(parcel: Parcel, heading: Heading) -> bytes:
    """Write the letter of a delivery."""
    content = parcel.content
    # A line break in a header would begin another header.
    subject = one_line(legible(content.title or opening(content.text)))
    text = legible(with_link(content))
    written = EmailMessage(_POLICY)
    written["From"] = Address(heading.name or "", addr_spec=heading.sender)
    written["To"] = heading.to or "undisclosed-recipients:;"
    written["Subject"] = subject
    written["Date"] = format_datetime(parcel.publish_at)
    written["Message-ID"] = message_id(parcel.key, heading)
    if heading.unsubscribe:
        written["List-Unsubscribe"] = f"<{heading.unsubscribe}>"
    alts = [f"[{legible(file.picture.alt)}]" for file in parcel.pictures]
    written.set_content("\n\n".join([text, *alts]) + "\n")
    shown = Markup().join(_shown(file, heading) for file in parcel.pictures)
    page = _PAGE.format(content.language, subject, paragraphs(text), shown)
    written.add_alternative(str(page), subtype="html")
    _enclose(written, parcel.pictures, heading)
    written["Content-Language"] = content.language
    return written.as_bytes()


def _shown(file: PictureFile, heading: Heading) -> Markup:
    picture = file.picture
    return _PICTURE.format(_name(file, heading), legible(picture.alt), picture.width)


def _enclose(written: EmailMessage, files: Sequence[PictureFile], heading: Heading) -> None:
    """Put the pictures beside the HTML that shows them."""
    *_, page = written.iter_parts()
    for file in files:
        kind, _, form = file.picture.media_type.partition("/")
        page.add_related(
            file.content,
            kind,
            form,
            cid=f"<{_name(file, heading)}>",
            filename=f"{file.picture.digest[:16]}.{form}",
            disposition="inline",
        )


def _name(file: PictureFile, heading: Heading) -> str:
    return f"{file.picture.digest[:16]}@{heading.domain}"
