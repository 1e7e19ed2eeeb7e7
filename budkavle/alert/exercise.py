"""An exercise for staff: a made-up night, a clock, an alert that was wrong, and a score."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from budkavle.alert.acting import Desk
from budkavle.alert.report import Run, write
from budkavle.alert.scenarios import SCENARIOS, Scenario
from budkavle.alert.score import Score, first_ones, until_public
from budkavle.alert.showing import settled, show_alert
from budkavle.alert.siren import Siren
from budkavle.alert.statements import Shown
from budkavle.channels.questions import Questions
from budkavle.terminal import Terminal
from budkavle.trouble import Trouble

T = TypeVar("T")

_LOOK_EVERY = 0.2
_AT_MOST = 3600.0


async def exercise(desk: Desk, name: str, second: Siren | None, report: Path | None) -> int:
    """Run a scenario by its name."""
    if name not in SCENARIOS:
        raise Trouble(
            "There is no scenario {name}. There are: {known}",
            name=name,
            known=", ".join(SCENARIOS),
        )
    async with AsyncExitStack() as stack:
        players = (desk.siren, await stack.enter_async_context(second)) if second else None
        led = Exercise(desk.terminal, desk.siren, SCENARIOS[name], players)
        return await led.run(desk.questions, report)


@dataclass(frozen=True, slots=True)
class Exercise:
    """One run of a scenario. Whoever leads it only reads; two others act, or two made-up ones."""

    terminal: Terminal
    siren: Siren
    scenario: Scenario
    players: tuple[Siren, Siren] | None = None
    """Who plays both officers by itself; None: people do."""

    async def run(self, questions: Questions, report: Path | None) -> int:
        """Run it, keep its score, and say how it went; 1 when a step took too long."""
        say = self.terminal.say
        known = {each["alert"] for each in await self.siren.alerts()}
        self.terminal.console.rule(say(self.scenario.title))
        if self.players is None:
            self.terminal.line(
                "Two officers need the page or a terminal each. The story begins when you say so, "
                "and so does the clock."
            )
            if not questions.yes(say("Begin?"), otherwise=True):
                return 1
        begun_at = datetime.now(UTC)
        self.terminal.line(self.scenario.story)
        try:
            async with asyncio.timeout(_AT_MOST):
                score, alert = await self._score(known)
        except TimeoutError as error:
            raise Trouble(
                "The exercise was not over after {minutes} minutes.", minutes=round(_AT_MOST / 60)
            ) from error
        await self.siren.score(score.said())
        show_alert(self.terminal, alert)
        late = self._say_score(score)
        if report is not None:
            run = Run(self.scenario, begun_at, score, alert)
            write(report, run, say)
            self.terminal.line("The report: {path}", path=report)
        return 1 if late else 0

    async def _score(self, known: set[str]) -> tuple[Score, Shown]:
        clock = asyncio.get_running_loop().time
        begun = clock()
        wrong = asyncio.Event()
        playing = asyncio.create_task(self._play(wrong)) if self.players else None
        try:
            alert = await self._until(playing, lambda: self._fresh(known))
            to_issue = clock() - begun
            self.terminal.good("{seconds} s: issued.", seconds=_tenths(to_issue))
            alert = await self._until(playing, lambda: self._confirmed(alert["alert"]))
            to_confirm = clock() - begun
            self.terminal.good("{seconds} s: confirmed.", seconds=_tenths(to_confirm))
            after = await self._until(playing, lambda: self._public(alert["alert"]))
            to_first_channel = to_confirm + after
            self.terminal.good("{seconds} s: public.", seconds=_tenths(to_first_channel))
            self.terminal.line(self.scenario.twist)
            noticed = clock()
            wrong.set()
            alert = await self._until(playing, lambda: self._corrected(alert["alert"]))
            to_correct = clock() - noticed
            self.terminal.good(
                "Corrected everywhere {seconds} s after it was noticed.",
                seconds=_tenths(to_correct),
            )
        finally:
            if playing:
                playing.cancel()
                await asyncio.gather(playing, return_exceptions=True)
        score = Score(alert["alert"], to_issue, to_confirm, to_first_channel, to_correct)
        return score, alert

    async def _play(self, wrong: asyncio.Event) -> None:
        """Be both officers."""
        if self.players is None:
            return
        writer, second = self.players
        draft = await writer.draft(self.scenario.wish.said())
        if draft.findings:
            raise Trouble("{words}", words=" ".join(draft.findings))
        issued = await writer.issue(str(uuid4()), draft)
        await second.confirm(await second.alert(issued["alert"]))
        await wrong.wait()
        correction = await writer.newer(issued["alert"], {"kind": "correction"})
        await writer.follow(issued["alert"], "correction", correction)

    async def _fresh(self, known: set[str]) -> Shown | None:
        fresh = [each for each in await self.siren.alerts() if each["alert"] not in known]
        if any(each["status"] == "actual" for each in fresh):
            raise Trouble("An alert that is no exercise has come in: the exercise is ended.")
        return next(iter(fresh), None)

    async def _confirmed(self, alert: str) -> Shown | None:
        shown = await self.siren.alert(alert)
        if shown["state"] == "dropped":
            raise Trouble("The alert was given up, so there is no score.")
        return shown if shown["issued"] else None

    async def _public(self, alert: str) -> float | None:
        shown = await self.siren.alert(alert)
        after = until_public(shown)
        if after is None and first_ones(shown) and settled(shown):
            show_alert(self.terminal, shown)
            raise Trouble("The alert was taken by no channel, so there is no score.")
        return after

    async def _corrected(self, alert: str) -> Shown | None:
        shown = await self.siren.alert(alert)
        corrected = shown["issued"][-1]["kind"] == "correction" and settled(shown)
        return shown if corrected else None

    async def _until(
        self, playing: "asyncio.Task[None] | None", look: Callable[[], Awaitable[T | None]]
    ) -> T:
        while (found := await look()) is None:
            if playing is not None and playing.done():
                playing.result()
            await asyncio.sleep(_LOOK_EVERY)
        return found

    def _say_score(self, score: Score) -> bool:
        late = False
        for step in score.steps():
            took = self.terminal.say(
                "{what}: {seconds} s (goal: {goal} s)",
                what=self.terminal.say(step.name),
                seconds=_tenths(step.seconds),
                goal=f"{step.goal:.0f}",
            )
            if step.reached:
                self.terminal.good("{took}", took=took)
            else:
                late = True
                self.terminal.bad("{took}", took=took)
        return late


def _tenths(seconds: float) -> str:
    return f"{seconds:.1f}"
