"""An exercise's report, to be kept and talked about: Markdown or one page of HTML."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path

from budkavle.alert.scenarios import Scenario
from budkavle.alert.score import Score
from budkavle.alert.showing import KINDS
from budkavle.alert.statements import Shown
from budkavle.trouble import Trouble
from services.kit.languages import Language


@dataclass(frozen=True, slots=True)
class Run:
    """An exercise that is over."""

    scenario: Scenario
    begun_at: datetime
    score: Score
    alert: Shown


def write(path: Path, run: Run, say: Language) -> None:
    """Write the report, in the form that the file's name asks for."""
    text = _html(run, say) if path.suffix == ".html" else _markdown(run, say)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Trouble("{path} cannot be written: {why}", path=path, why=error) from error


def _title(run: Run, say: Language) -> str:
    return say(
        "Exercise {reference}: {title}",
        reference=run.alert["reference"],
        title=say(run.scenario.title),
    )


def _facts(run: Run, say: Language) -> Iterator[tuple[str, str]]:
    people = [person for issued in run.alert["issued"] for person in issued["by"]]
    yield say("Begun"), f"{run.begun_at:%Y-%m-%d %H:%M} UTC"
    yield say("Officers"), ", ".join(dict.fromkeys(people))
    yield say("What was said"), run.alert["issued"][0]["headline"]


def _steps(run: Run, say: Language) -> Iterator[Sequence[str]]:
    yield say("Step"), say("Took"), say("Goal"), say("Reached")
    for step in run.score.steps():
        reached = say("yes") if step.reached else say("no")
        yield say(step.name), f"{step.seconds:.1f} s", f"{step.goal:.0f} s", reached


def _channels(run: Run, say: Language) -> Iterator[Sequence[str]]:
    yield say("Message"), say("Channel"), say("What became of it"), say("At")
    for each in run.alert["channels"]:
        said = " ".join(filter(None, (each["said"], each["why"], each["url"])))
        yield say(KINDS[each["kind"]]), each["title"], said, (each["at"] or "–")[:19]


def _questions(say: Language) -> Iterator[str]:
    yield say("What took longest, and why?")
    yield say("Who could not be reached?")
    yield say("What did we look for and not find?")
    yield say("What do we change before the next exercise, and who does it?")


def _markdown(run: Run, say: Language) -> str:
    parts = [
        f"# {_title(run, say)}",
        "\n".join(f"- {name}: {value}" for name, value in _facts(run, say)),
        say(run.scenario.story),
        say(run.scenario.twist),
        _markdown_table(list(_steps(run, say))),
        _markdown_table(list(_channels(run, say))),
        f"## {say('To talk about')}",
        "\n".join(f"- {question}" for question in _questions(say)),
    ]
    return "\n\n".join(parts) + "\n"


def _markdown_table(rows: list[Sequence[str]]) -> str:
    head, *body = (" | ".join(cell.replace("|", "\\|") for cell in row) for row in rows)
    line = " | ".join("---" for _ in rows[0])
    return "\n".join(f"| {row} |" for row in (head, line, *body))


def _html(run: Run, say: Language) -> str:
    title = escape(_title(run, say))
    facts = "".join(f"<li>{escape(f'{name}: {value}')}" for name, value in _facts(run, say))
    asked = "".join(f"<li>{escape(question)}" for question in _questions(say))
    return f"""\
<!doctype html>
<html lang="{say.code}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1rem/1.5 sans-serif; max-width: 50rem; margin: 2rem auto; padding: 0 1rem }}
table {{ border-collapse: collapse; margin: 1rem 0 }}
td, th {{ border: 1px solid #888; padding: .3rem .6rem; text-align: left }}
</style>
<h1>{title}</h1>
<ul>{facts}</ul>
<p>{escape(say(run.scenario.story))}</p>
<p>{escape(say(run.scenario.twist))}</p>
{_html_table(list(_steps(run, say)))}
{_html_table(list(_channels(run, say)))}
<h2>{escape(say("To talk about"))}</h2>
<ul>{asked}</ul>
</html>
"""


def _html_table(rows: list[Sequence[str]]) -> str:
    head, *body = rows
    lines = ["".join(f'<th scope="col">{escape(cell)}</th>' for cell in head)]
    lines += ["".join(f"<td>{escape(cell)}</td>" for cell in row) for row in body]
    return f"<table>{''.join(f'<tr>{line}</tr>' for line in lines)}</table>"
