"""The siren's door for programs, spoken to as any client does; nothing else has to run."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import httpx

from budkavle.alert.officer import Officer
from budkavle.alert.statements import Act, Shown, digest_of
from budkavle.client import Client
from budkavle.trouble import Trouble

Following = Literal["update", "correction", "all_clear"]

_WITHIN = 10.0
_TRIES = 5
_PAUSE = 0.5
_ACTS: Mapping[Following, Act] = {
    "update": "update",
    "correction": "correct",
    "all_clear": "clear",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A text that nobody has signed, as the siren has written it."""

    bulletin: Shown
    prepared: Shown
    words: str
    findings: Sequence[str]
    """What stands in the way of it."""
    prospects: Mapping[str, str]
    """What it will do in each channel, if it follows an earlier message."""

    @property
    def digest(self) -> str:
        """Worked out here, of what is shown here: nobody signs what they were told to."""
        return digest_of(self.bulletin, self.prepared)

    @property
    def content(self) -> dict[str, Shown]:
        """Give it as it is sent back, signed."""
        return {"bulletin": self.bulletin, "prepared": self.prepared}


class Siren(Client):
    """One officer's way to the siren."""

    def __init__(
        self, url: str, officer: Officer, language: str = "en", *, place: str = ""
    ) -> None:
        if not url.startswith(("http://", "https://")):
            raise Trouble("The siren's address has to begin with https://, not {url}", url=url)
        self.url = url.rstrip("/")
        self.place = place
        """What a command has to say to find the same siren."""
        self.officer = officer
        self.told = False
        """Whether the siren may have heard a signed word."""
        super().__init__(
            httpx.AsyncClient(
                base_url=f"{self.url}/api/v1",
                headers={"Accept-Language": language},
                timeout=_WITHIN,
                trust_env=False,
            )
        )

    async def templates(self) -> list[Shown]:
        """List what an alert can be written from."""
        return list((await self._read("GET", "/templates"))["templates"])

    async def troubles(self) -> list[str]:
        """Say why an alert might not go out now; nobody has to be let in for that."""
        answer = await self._ask("GET", f"{self.url}/health/alert", lambda: None)
        if answer.status_code not in {200, 503}:
            return []
        return [str(why) for why in answer.json()["why"]]

    async def draft(self, wish: Shown) -> Draft:
        """Have an alert written; nothing of it is kept there."""
        return _draft(await self._read("POST", "/drafts", wish))

    async def newer(self, alert: str, wish: Shown) -> Draft:
        """Have the next word on an alert written."""
        return _draft(await self._read("POST", f"/alerts/{alert}/drafts", wish))

    async def issue(self, alert: str, draft: Draft) -> Shown:
        """Put a draft before the other officers."""
        word = self.officer.word("issue", alert, draft.digest)
        return await self._say("/alerts", {**word, **draft.content})

    async def confirm(self, alert: Shown, sealed: str = "") -> Shown:
        """Accept exactly the draft that was shown."""
        digest = digest_of(alert["draft"], alert["prepared"])
        word = self.officer.word("confirm", alert["alert"], digest)
        return await self._say(f"/alerts/{alert['alert']}/confirm", {**word, "sealed": sealed})

    async def follow(self, alert: str, kind: Following, draft: Draft) -> Shown:
        """Send a newer word."""
        word = self.officer.word(_ACTS[kind], alert, draft.digest)
        return await self._say(f"/alerts/{alert}/bulletins", {**word, **draft.content})

    async def act(self, act: Literal["drop", "review"], alert: str) -> Shown:
        """Do what has no content."""
        return await self._say(f"/alerts/{alert}/{act}", self.officer.word(act, alert))

    async def hold(self, why: str) -> Shown:
        """Hold normal posts."""
        return await self._say("/hold", {**self.officer.word("hold"), "why": why})

    async def release(self) -> Shown:
        """Let normal posts out again."""
        return await self._say("/hold/release", self.officer.word("release"))

    async def held(self) -> Shown | None:
        """Read what holds normal posts; None: nothing does."""
        hold: Shown | None = (await self._read("GET", "/hold"))["hold"]
        return hold

    async def alerts(self) -> list[Shown]:
        """List the newest alerts, the newest first."""
        return list((await self._read("GET", "/alerts"))["alerts"])

    async def alert(self, alert: str) -> Shown:
        """Read one alert with everything that became of it."""
        return await self._read("GET", f"/alerts/{alert}")

    async def named(self, name: str) -> Shown:
        """Find an alert by its number, as people say it, or by its long name."""
        known = await self.alerts()
        for each in known:
            if name in {each["reference"], each["alert"]}:
                return each
        raise Trouble(
            "There is no alert {name}. There are: {known}",
            name=name,
            known=", ".join(each["reference"] for each in known) or "–",
        )

    async def score(self, score: Shown) -> None:
        """Keep what an exercise has shown."""
        await self._read("POST", "/exercises", score)

    async def _read(self, method: str, path: str, said: Shown | None = None) -> Shown:
        """Ask something for which one has to be let in."""
        if "authorization" not in self._client.headers:
            await self._enter()
        answer = await self._ask(method, path, lambda: said)
        if answer.status_code == 401:
            await self._enter()
            answer = await self._ask(method, path, lambda: said)
        return _read(answer)

    async def _enter(self) -> None:
        # A word opens the door once: each try has its own.
        answer = await self._ask("POST", "/sessions", lambda: self.officer.word("enter"))
        entered = _read(answer)
        self._client.headers["Authorization"] = f"Bearer {entered['token']}"

    async def _say(self, path: str, word: Shown) -> Shown:
        self.told = True
        # The same word at every try: what it has led to already is not done again.
        return _read(await self._ask("POST", path, lambda: word))

    async def _ask(
        self, method: str, path: str, said: Callable[[], Shown | None]
    ) -> httpx.Response:
        for number in range(1, _TRIES + 1):
            try:
                return await self._client.request(method, path, json=said())
            except httpx.HTTPError as error:
                if number == _TRIES:
                    raise Trouble(
                        "The siren at {url} does not answer ({why}). Try its page {url}/ from a "
                        "telephone too. If that is no better, call the other officers by the "
                        "printed list, and spread the word by telephone, radio and on the spot.",
                        url=self.url,
                        why=type(error).__name__,
                    ) from error
            await asyncio.sleep(_PAUSE)
        raise AssertionError("the last try always returns or raises")


def _draft(shown: Shown) -> Draft:
    findings = [str(each["said"]) for each in shown["findings"]]
    prospects = {name: " ".join(said) for name, said in shown["prospects"].items()}
    draft = Draft(
        shown["bulletin"], shown["prepared"], " ".join(shown["words"]), findings, prospects
    )
    if draft.digest != shown["digest"]:
        raise Trouble(
            "The siren shows one text and names another, so nothing was signed. Is this budkavle "
            "as new as the siren?"
        )
    return draft


def _read(answer: httpx.Response) -> Shown:
    if answer.status_code >= 400:
        raise _refusal(answer)
    try:
        return dict(answer.json())
    except (ValueError, TypeError) as error:
        raise Trouble(
            "What answers at {url} is not a siren.", url=answer.request.url.copy_with(path="/")
        ) from error


def _refusal(answer: httpx.Response) -> Trouble:
    """Make a sentence of a problem+json answer; it is in the reader's language already."""
    try:
        said = answer.json()
        words = " ".join(str(said[part]) for part in ("title", "detail") if said.get(part))
    except (json.JSONDecodeError, AttributeError, TypeError):
        words = answer.text[:300]
    return Trouble("The siren says no ({status}): {words}", status=answer.status_code, words=words)
