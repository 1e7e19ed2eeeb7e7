"""XML from strangers, made into a small tree: no document type, no entities, no depth, no size."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from schemas.codes import Code
from services.publisher.siren.cap.words import NAMESPACE, SIGNATURES, Grammar
from services.publisher.siren.domain.refusals import Refusal

LIMIT = 1_000_000
"""Bytes; a larger message is refused unread, so whoever fetches one may stop there."""

_DEEPEST = 12
_APART = " "
_SHOWN = 80


@dataclass(slots=True)
class Element:
    """One element: its name, its text, and what stands in it."""

    name: str
    children: list["Element"] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands in it, without the white space around."""
        return "".join(self.pieces).strip()


def tree_of(document: bytes) -> Element:
    """Read a message into elements of CAP's namespace; signatures are left out."""
    if len(document) > LIMIT:
        raise Refusal(Code.CAP_TOO_LARGE, limit=LIMIT)
    parser = ParserCreate(namespace_separator=_APART)
    growing = _Growing(parser)
    try:
        parser.Parse(document, True)
    except (ExpatError, LookupError, ValueError) as error:
        raise Refusal(Code.CAP_UNREADABLE, why=str(error)) from error
    return growing.root


def parts(element: Element, grammar: Grammar) -> Mapping[str, Sequence[Element]]:
    """Sort what stands in an element by name; it must be what may stand there, in its order."""
    found: dict[str, list[Element]] = {name: [] for name in grammar}
    order = list(grammar)
    reached = 0
    for child in element.children:
        if child.name not in found or order.index(child.name) < reached:
            raise Refusal(Code.CAP_MISPLACED, element=shown(child.name))
        reached = order.index(child.name)
        found[child.name].append(child)
        most = grammar[child.name].most
        if most is not None and len(found[child.name]) > most:
            raise Refusal(Code.CAP_MISPLACED, element=shown(child.name))
    for name, times in grammar.items():
        if len(found[name]) < times.least:
            raise Refusal(Code.CAP_MISSING, element=name)
    return found


def shown(text: str) -> str:
    """Cut what a stranger wrote to what may stand in a sentence of ours."""
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


class _Growing:
    """A tree that grows while expat reads."""

    def __init__(self, parser: XMLParserType) -> None:
        self.root = Element("")
        self._open: list[Element] = []
        self._skipped = 0
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._read

    def _begin(self, name: str, attributes: Mapping[str, str]) -> None:
        del attributes
        namespace, _, local = name.rpartition(_APART)
        if self._skipped or (len(self._open) == 1 and namespace == SIGNATURES):
            self._skipped += 1
            if self._skipped > _DEEPEST * 2:
                raise Refusal(Code.CAP_MISPLACED, element=shown(local))
            return
        if not self._open and (namespace, local) != (NAMESPACE, "alert"):
            raise Refusal(Code.CAP_NOT_ALERT, found=shown(f"{namespace} {local}"))
        if namespace != NAMESPACE or len(self._open) >= _DEEPEST:
            raise Refusal(Code.CAP_MISPLACED, element=shown(local))
        element = Element(local)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self.root = element
        self._open.append(element)

    def _end(self, _: str) -> None:
        if self._skipped:
            self._skipped -= 1
        else:
            self._open.pop()

    def _read(self, text: str) -> None:
        if not self._skipped:
            self._open[-1].pieces.append(text)


def _refuse_doctype(*_: object) -> None:
    raise Refusal(Code.CAP_DOCTYPE)
