"""Somebody's browser at the officers' page, as far as a page without scripts needs one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx

URL = "https://larm.example"


class Browser:
    """Somebody's browser: what it shows, and the forms that stand there."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.page = ""
        self.status = 0
        self.path = ""
        self.forms: list[Drawn] = []

    async def open(self, path: str, **headers: str) -> str:
        return self._show(await self.client.get(path, headers=headers))

    async def send(
        self, action: str, filled: Mapping[str, object] | None = None, **headers: str
    ) -> str:
        """Send the form with this action, with what stands in it and what is filled in."""
        form = next((each for each in self.forms if each.action == action), Drawn(action))
        said: dict[str, object] = {**form.hidden, **(filled or {})}
        sent = {"origin": URL} | headers
        return self._show(await self.client.post(action, data=said, headers=sent))

    def action(self, ending: str) -> str:
        return next(each.action for each in self.forms if each.action.endswith(ending))

    def _show(self, answer: httpx.Response) -> str:
        self.page, self.status, self.path = answer.text, answer.status_code, answer.url.path
        reader = FormReader()
        reader.feed(answer.text)
        self.forms = reader.forms
        return self.page


@dataclass
class Drawn:
    action: str
    hidden: dict[str, str] = field(default_factory=dict)


class FormReader(HTMLParser):
    """Reads forms with their hidden fields and the texts that stand in them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Drawn] = []
        self._area = ""

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Drawn(given.get("action", "")))
        if tag == "input" and given.get("type") == "hidden" and self.forms:
            self.forms[-1].hidden[given["name"]] = given["value"]
        if tag == "textarea" and self.forms:
            self._area = given["name"]
            self.forms[-1].hidden[self._area] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            form = self.forms[-1].hidden
            # As a browser sends it: no empty first line, and lines that end as on the wire.
            form[self._area] = form[self._area].removeprefix("\n").replace("\n", "\r\n")
            self._area = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.forms[-1].hidden[self._area] += data
