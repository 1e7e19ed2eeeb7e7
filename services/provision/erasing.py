"""The verb `erase`: takes away what identifies people, by a decision, after it was archived.

What the public writes to an authority is a public record. It may go only where a decision says so,
and what was taken away must be there to be shown.
"""

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

from schemas.envelope import now
from schemas.flow import SERVICES, personal_streams
from services.kit.connection import Connection
from services.kit.facts import Facts
from services.kit.messages import Kept
from services.kit.secret_files import write
from services.provision.entrance import inside
from services.provision.permissions import PROVISION
from services.provision.restore import Tell
from services.provision.settings import Settings
from services.provision.snapshots import Failed, ask

History = dict[str, list[Kept]]
"""Everything that stands on a subject, the oldest first."""


class Rule(NamedTuple):
    """What shall go, and by what right."""

    archive: Path
    decision: str
    before: datetime | None = None
    """What nobody has changed since then."""
    comment: str = ""
    """One comment alone, by the id that its facts give it."""

    def takes(self, subject: str, history: Sequence[Kept]) -> bool:
        """Whether everything on a subject shall go."""
        if self.before is None:
            return subject.rsplit(".", 1)[-1] == self.comment
        return history[-1].stored_at < self.before


def add_verb(verbs: Any, moment: Any) -> None:
    """Say that there is this verb, and its flags."""
    erase = verbs.add_parser(
        "erase",
        help="archive and then erase who wrote what; that somebody wrote remains",
        argument_default=argparse.SUPPRESS,
    )
    which = erase.add_mutually_exclusive_group(required=True)
    which.add_argument("--before", metavar="TIME", type=moment, help="all that is older")
    which.add_argument("--comment", metavar="ID", help="one comment, by its id in the planner")
    erase.add_argument("--decision", required=True, help="by what it may go: its number or rule")
    erase.add_argument("--archive", type=Path, required=True, help="a file that is not there yet")
    erase.add_argument("--secrets", help="the folder of all secrets, or the provisioner's own")
    erase.add_argument("--nats-url", help="for example nats://127.0.0.1:4222")


def rule_of(asked: dict[str, Any]) -> Rule:
    """Take out of the flags what is no setting."""
    return Rule(**{name: asked.pop(name) for name in Rule._fields if name in asked})


async def erase(settings: Settings, rule: Rule, tell: Tell) -> None:
    """Archive what the rule takes, on the disk for certain, and only then erase it."""
    if not rule.decision.strip():
        raise Failed("--decision is empty; say by which decision or rule this may be erased")
    if rule.archive.exists():
        raise Failed(f"{rule.archive} is there already; archives are never overwritten")
    connection = Connection(settings.nats_url, PROVISION, settings.seed)
    async with inside(connection, settings.nats_url):
        found = {
            stream: {
                subject: history
                for subject, history in (await _all(connection, stream, pattern)).items()
                if rule.takes(subject, history)
            }
            for service in SERVICES
            for stream, pattern in personal_streams(service).items()
        }
        count = sum(len(subjects) for subjects in found.values())
        if not count:
            tell("nothing is to be erased by that; no archive was written")
            return
        write(rule.archive, "".join(f"{line}\n" for line in _lines(rule, found)))
        tell(f"archived {count} in {rule.archive}")
        for stream, subjects in found.items():
            for subject, history in subjects.items():
                # What has been written there since was not archived, and stays.
                last = history[-1].sequence
                await ask(
                    connection, f"STREAM.PURGE.{stream}", {"filter": subject, "seq": last + 1}
                )
    tell(f"erased {count}; copies made before still hold them, until those are thrown away")


async def _all(connection: Connection, stream: str, pattern: str) -> History:
    facts, start = Facts(connection), 1
    found: History = {}
    while page := await facts.page(stream, pattern, start):
        for kept in page:
            found.setdefault(kept.subject, []).append(kept)
        start = page[-1].sequence + 1
    return found


def _lines(rule: Rule, found: Mapping[str, History]) -> Iterator[str]:
    wish = rule.before.isoformat() if rule.before else rule.comment
    yield json.dumps({"decision": rule.decision, "erased_at": now().isoformat(), "by": wish})
    for subjects in found.values():
        for history in subjects.values():
            for kept in history:
                yield json.dumps(
                    {
                        "subject": kept.subject,
                        "sequence": kept.sequence,
                        "stored_at": kept.stored_at.isoformat(),
                        "body": kept.body.decode(errors="replace"),
                    },
                    ensure_ascii=False,
                )
