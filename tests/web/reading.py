"""Reads a page as a tree, strictly: what is opened has to be closed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = {"br", "hr", "img", "input", "link", "meta", "source"}


@dataclass
class Node:
    """An element with what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Node | str"] = field(default_factory=list)

    def all(self, tag: str = "", **wanted: str) -> list["Node"]:
        """Find elements by tag and attributes; `class_` and `for_` stand for their names."""
        asked = {name.rstrip("_").replace("_", "-"): value for name, value in wanted.items()}
        return [
            node
            for node in self._everything()
            if (not tag or node.tag == tag)
            and all(value in node.attributes.get(name, "").split() for name, value in asked.items())
        ]

    def one(self, tag: str = "", **wanted: str) -> "Node":
        """Find the only such element."""
        found = self.all(tag, **wanted)
        assert len(found) == 1, f"{len(found)} of <{tag} {wanted}>"
        return found[0]

    @property
    def text(self) -> str:
        """What is written in it, on one line."""
        return " ".join(self._words().split())

    def _words(self) -> str:
        return " ".join(i if isinstance(i, str) else i._words() for i in self.inside)

    def _everything(self) -> Iterator["Node"]:
        for node in self.inside:
            if isinstance(node, Node):
                yield node
                yield from node._everything()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Node("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(set(names)) == len(names), f"an attribute comes twice in <{tag} {attrs}>"
        node = Node(tag, {name: value or "" for name, value in attrs})
        self.open[-1].inside.append(node)
        if tag not in _VOID:
            self.open.append(node)

    def handle_endtag(self, tag: str) -> None:
        assert self.open[-1].tag == tag, f"</{tag}> closes <{self.open[-1].tag}>"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(html: str) -> Node:
    """Read a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert len(reader.open) == 1, f"<{reader.open[-1].tag}> is never closed"
    return reader.open[0]


def filled(form: Node, **changes: str) -> dict[str, str]:
    """Give what a browser would send of a form as it stands, with some fields changed."""
    sent = {
        node.attributes["name"]: node.attributes.get("value", "")
        for node in form.all("input")
        if "name" in node.attributes
        and node.attributes.get("type", "") not in {"file", "checkbox"}
        and (node.attributes.get("type") != "radio" or "checked" in node.attributes)
    }
    # A browser leaves out the line break with which a text begins.
    sent |= {
        area.attributes["name"]: area._words().removeprefix("\n") for area in form.all("textarea")
    }
    for choice in form.all("select"):
        sent[choice.attributes["name"]] = next(
            option.attributes["value"]
            for option in choice.all("option")
            if "selected" in option.attributes
        )
    return sent | {name.replace("__", "-"): value for name, value in changes.items()}
