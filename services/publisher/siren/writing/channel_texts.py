"""A text for each channel: whole where it fits, else shorter, cut only where a sentence ends.

What to do, the alert's number and its time are never left out, nor that it is an exercise.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from schemas.alerts import Bulletin, Info
from schemas.channels import Limits
from services.kit.lengths import counted
from services.publisher.siren.writing.phrases import (
    MARKS,
    Tongue,
    begun,
    ending,
    few_places,
    number_line,
    places,
)
from services.publisher.siren.writing.sentences import ended, sentences

_AREA = {"sv": "Område: ", "en": "Area: "}


def fits(text: str, link: str | None, limits: Limits, alts: Sequence[str] = ()) -> bool:
    """Whether a channel takes a text with its link."""
    most = limits.characters
    if alts and limits.characters_with_picture is not None:
        most = limits.characters_with_picture
    return most is None or counted(text, link, limits, alts) <= most


def text_of(
    bulletin: Bulletin,
    organisation: str,
    limits: Limits,
    alts: Sequence[str] = (),
) -> tuple[str, str | None]:
    """Give the fullest text that a channel takes, and the link that it is to stand with.

    The link goes only where not even the shortest text leaves room for it.
    """
    texts = list(shorter_and_shorter(bulletin, organisation, titled=limits.takes_title))
    for link in (bulletin.web, None):
        for text in texts:
            if fits(text, link, limits, alts):
                return text, link
    return texts[-1], None


def alt_of(bulletin: Bulletin, organisation: str, most: int | None) -> str:
    """Give all that the alert says, as the description of a picture of it."""
    described = Limits(characters=most, pictures=0)
    text, _ = text_of(bulletin.model_copy(update={"web": None}), organisation, described)
    return text


def shorter_and_shorter(bulletin: Bulletin, organisation: str, *, titled: bool) -> Iterator[str]:
    """Give every text that may be shown, the fullest first."""
    swedish = _Voice.of(bulletin, organisation, "sv", titled=titled)
    english = next((info for info in bulletin.infos if info.language == "en"), None)
    both = "\n".join(filter(None, (ending(bulletin.status, "sv"), ending(bulletin.status, "en"))))
    if english is not None:
        voice = _Voice.of(bulletin, organisation, "en", titled=False)
        yield _joined(swedish.whole, voice.whole, both)
        yield _joined(swedish.whole, voice.what_to_do, both)
        for count in swedish.less_and_less:
            yield _joined(swedish.with_description(count), voice.headline, both)
    yield from _in_swedish(swedish, bulletin)


def _in_swedish(swedish: "_Voice", bulletin: Bulletin) -> Iterator[str]:
    last, mark = ending(bulletin.status, "sv"), MARKS[bulletin.status]["sv"]
    for count in swedish.less_and_less:
        yield _joined(swedish.with_description(count), last)
    every = len(swedish.instructions)
    yield _joined(swedish.with_instruction(every, swedish.number), last)
    for count in range(every, 0, -1):
        yield _joined(swedish.with_instruction(count, swedish.number), mark)
        yield _joined(swedish.with_instruction(count, number_line(bulletin, "", "sv")), mark)
    if not every:
        yield _joined(swedish.with_instruction(every, number_line(bulletin, "", "sv")), mark)


@dataclass(frozen=True, slots=True)
class _Voice:
    """What an alert says in one language, in the pieces of which texts are made."""

    bulletin: Bulletin
    tongue: Tongue
    headline: str
    """Empty where it stands as the title."""
    instructions: tuple[str, ...]
    descriptions: tuple[str, ...]
    number: str

    @classmethod
    def of(cls, bulletin: Bulletin, organisation: str, tongue: Tongue, *, titled: bool) -> "_Voice":
        info = said_in(bulletin, tongue)
        return cls(
            bulletin,
            tongue,
            "" if titled else ended(info.headline),
            tuple(sentences(info.instruction)),
            tuple(sentences(info.description)),
            number_line(bulletin, organisation, tongue),
        )

    @property
    def area(self) -> str:
        return _AREA[self.tongue] + few_places(self.bulletin.areas, self.tongue)

    @property
    def whole(self) -> str:
        named = _AREA[self.tongue] + places(self.bulletin.areas, self.tongue)
        return self._text(self.instructions, self.descriptions, [named, self.number])

    @property
    def what_to_do(self) -> str:
        return " ".join(filter(None, (self.headline, *self.instructions)))

    @property
    def less_and_less(self) -> Iterator[int]:
        return iter(range(len(self.descriptions), -1, -1))

    def with_description(self, count: int) -> str:
        return self._text(self.instructions, self.descriptions[:count], [self.area, self.number])

    def with_instruction(self, count: int, number: str) -> str:
        return self._text(self.instructions[:count], (), [number])

    def _text(
        self, instructions: Sequence[str], descriptions: Sequence[str], lines: Sequence[str]
    ) -> str:
        text = _joined(
            self.headline, " ".join(instructions), " ".join(descriptions), "\n".join(lines)
        )
        return begun(text, self.bulletin.status, self.tongue)


def said_in(bulletin: Bulletin, tongue: Tongue) -> Info:
    """Give what an alert says in a language; where it says nothing in it, what it says first."""
    return next((info for info in bulletin.infos if info.language == tongue), bulletin.infos[0])


def _joined(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs))
