"""A program that claims the same few things as its twins, and says what it was told is its own.

Run as `python -m tests.kit.racer URL SEED-FILE THING…` until somebody kills it. Every success is
one line: the sequence, and the digest of exactly the bytes that it wrote.
"""

import asyncio
import hashlib
import random
import sys
from pathlib import Path
from uuid import UUID

import structlog

from services.kit.connection import Connection
from services.kit.facts import Facts
from services.kit.messages import BrokerAway, Overtaken
from tests.kit.builders import attempted

OWNER = "all-the-same"
"""Of every racer: so their claims have one event id and differ in their bytes alone."""

_BREATH = 0.05


async def race(url: str, secrets: Path, posts: list[UUID]) -> None:
    """Claim whatever is next, as fast as it goes."""
    seed, signing = ((secrets / name).read_text().strip() for name in ("nkey", "signing.key"))
    connection = Connection(url, "publisher", seed, secrets / "tellers.toml", signing)
    await connection.connect()
    facts = Facts(connection)
    print("racing", flush=True)  # noqa: T201 – how it tells its parent
    while True:
        post = random.choice(posts)  # noqa: S311 – not a secret
        try:
            newest = await facts.newest(attempted(post).subject)
            sequence = newest.sequence if newest else 0
            attempt = newest.fact.attempt + 1 if newest else 1
            claim = attempted(post, OWNER, attempt=attempt)
            told = await facts.tell(claim, after=sequence)
        except Overtaken:
            continue
        except BrokerAway:
            # Asked again without a breath, it would keep the processor from the broker's return.
            await asyncio.sleep(_BREATH)
            continue
        digest = hashlib.sha256(claim.model_dump_json().encode()).hexdigest()
        print(told, digest, flush=True)  # noqa: T201 – the record that is checked


if __name__ == "__main__":
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))
    where, key, *things = sys.argv[1:]
    asyncio.run(race(where, Path(key).parent, [UUID(thing) for thing in things]))
