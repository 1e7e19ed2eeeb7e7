"""What an officer does from the terminal: every act is shown first, asked for, and signed here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal
from uuid import uuid4

from budkavle.alert.following import follow_up
from budkavle.alert.showing import KINDS, show_alert, show_bulletin, show_prepared
from budkavle.alert.siren import Draft, Following, Siren
from budkavle.channels.questions import Questions
from budkavle.terminal import Terminal
from schemas.alerts import Status


@dataclass(frozen=True, slots=True)
class Wish:
    """What an alert is to say."""

    template: str
    fields: Mapping[str, str]
    areas: Sequence[str]
    status: Status = "actual"
    texts: Mapping[str, str] = field(default_factory=dict)

    def said(self) -> dict[str, object]:
        """Write it as the siren takes it."""
        return {
            "template": self.template,
            "fields": dict(self.fields),
            "areas": list(self.areas),
            "status": self.status,
            "texts": dict(self.texts),
        }


@dataclass(frozen=True, slots=True)
class Words:
    """What a newer message is to say; all empty: what was prepared."""

    headline: str = ""
    description: str = ""
    instruction: str = ""
    texts: Mapping[str, str] = field(default_factory=dict)

    def said(self, kind: Following) -> dict[str, object]:
        """Write it as the siren takes it."""
        return {
            "kind": kind,
            "headline": self.headline,
            "description": self.description,
            "instruction": self.instruction,
            "texts": dict(self.texts),
        }


@dataclass(frozen=True, slots=True)
class Desk:
    """One officer at one terminal."""

    terminal: Terminal
    siren: Siren
    questions: Questions
    sure: bool = False
    """Do not ask: somebody has read it already."""
    wait: bool = False
    """Stay until it is seen what became of it."""

    async def issue(self, wish: Wish) -> int:
        """Put an alert before the other officers."""
        draft = await self.siren.draft(wish.said())
        if not self._agreed(draft, self.terminal.say("Put this before the other officers?")):
            return 1
        shown = await self.siren.issue(str(uuid4()), draft)
        self.terminal.good(
            "Alert {reference} waits for a second officer; nothing of it is public. The others "
            "are being called: ring them too.",
            reference=shown["reference"],
        )
        self.terminal.line("Its words, to be compared by telephone: {words}", words=draft.words)
        self._say_next("confirm {reference}", shown["reference"])
        return await self._stay(shown["alert"])

    async def confirm(self, name: str, *, break_glass: bool) -> int:
        """Accept exactly what was issued: it goes out."""
        alert, say = await self.siren.named(name), self.terminal.say
        if alert["draft"] is not None:
            show_bulletin(self.terminal, alert["draft"])
            show_prepared(self.terminal, alert["prepared"])
            self.terminal.line(
                "Written by {person}. Its words: {words}",
                person=alert["by"],
                words=" ".join(alert["words"]),
            )
            if not self._yes(say("Send this now?")):
                return 1
            sealed = ""
            if break_glass:
                sealed = self.questions.secret(say("The sealed code (it is not shown)"))
            alert = await self.siren.confirm(alert, sealed)
            self.terminal.good("{reference}: {state}", reference=name, state=alert["said"])
            self._say_next("cancel {reference}", alert["reference"])
            return await self._stay(alert["alert"])
        show_alert(self.terminal, alert)
        self.terminal.bad("There is nothing to confirm.")
        return 1

    async def follow(self, name: str, kind: Following, words: Words) -> int:
        """Send a newer message: changed, wrong, or over."""
        alert = await self.siren.named(name)
        draft = await self.siren.newer(alert["alert"], words.said(kind))
        asked = self.terminal.say("Send this now, wherever the alert may have been seen?")
        if not self._agreed(draft, asked):
            return 1
        shown = await self.siren.follow(alert["alert"], kind, draft)
        self.terminal.good(
            "{kind} of {reference}: {state}",
            kind=self.terminal.say(KINDS[kind]),
            reference=shown["reference"],
            state=shown["said"],
        )
        return await self._stay(shown["alert"])

    async def act(self, act: Literal["drop", "review"], name: str) -> int:
        """Give an alert up before it goes out, or say that another one was looked at."""
        alert = await self.siren.named(name)
        show_alert(self.terminal, alert)
        say = self.terminal.say
        asked = say("Give it up?") if act == "drop" else say("Say that you have looked at it?")
        if not self._yes(asked):
            return 1
        shown = await self.siren.act(act, alert["alert"])
        self.terminal.good("{reference}: {state}", reference=name, state=shown["said"])
        return 0

    async def hold(self, why: str) -> int:
        """Hold normal posts though no alert is out."""
        await self.siren.hold(why)
        self.terminal.good("Normal posts are held from now on: {why}", why=why)
        self.terminal.line(
            "Let them out again with: {command}",
            command=f"budkavle alert release-hold{self.siren.place}",
        )
        return 0

    async def release(self) -> int:
        """Let normal posts out again."""
        held = await self.siren.held()
        if held is None:
            self.terminal.good("Nothing holds normal posts.")
            return 0
        self.terminal.line(
            "Normal posts are held: {why} ({person})", why=held["why"], person=held["by"]
        )
        if not self._yes(self.terminal.say("Let normal posts out again?")):
            return 1
        await self.siren.release()
        self.terminal.good("Normal posts go out again. Each that was held waits for a person.")
        return 0

    def _agreed(self, draft: Draft, asked: str) -> bool:
        show_bulletin(self.terminal, draft.bulletin)
        show_prepared(self.terminal, draft.prepared)
        for channel, coming in draft.prospects.items():
            self.terminal.line("{channel}: {coming}", channel=channel, coming=coming)
        for finding in draft.findings:
            self.terminal.bad("{words}", words=finding)
        if draft.findings:
            self.terminal.line("Nothing has been sent.")
            return False
        return self._yes(asked)

    def _yes(self, asked: str) -> bool:
        if self.sure or self.questions.yes(asked, otherwise=False):
            return True
        self.terminal.line("Nothing has been sent.")
        return False

    def _say_next(self, command: str, reference: str) -> None:
        said = f"budkavle alert {command.format(reference=reference)}{self.siren.place}"
        self.terminal.line("  {command}", command=said)

    async def _stay(self, alert: str) -> int:
        return await follow_up(self.terminal, self.siren, alert) if self.wait else 0
