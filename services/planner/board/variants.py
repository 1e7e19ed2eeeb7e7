"""Draws what becomes of a variant: its order, its delivery, decisions, witness and numbers."""

import sqlite3
from datetime import UTC, datetime

from schemas.decisions import DecisionMade
from schemas.deliveries import DeliveryAttempted, DeliveryFact, DeliveryUncertain
from schemas.flow import AnyFact
from schemas.insights import InsightCollected, PostUnseen, WitnessFact
from schemas.posts import OrderFact, PostApproved, PostFact
from services.planner.domain.needs import is_unsettled
from services.planner.domain.standing import Order, order_of, proof_of


class Variants:
    """Keeps, beside each thing's newest fact, which variants may come to need a person."""

    def __init__(self, file: sqlite3.Connection) -> None:
        self._file = file

    def delivery(self, fact: DeliveryFact, sequence: int) -> None:
        """Draw the ledger's newest entry."""
        key, at = (str(fact.post), fact.channel), milliseconds(fact.occurred_at)
        doubt = _in_doubt(fact)
        if doubt:
            before = self._file.execute(
                "SELECT since FROM deliveries WHERE post = ? AND channel = ? AND doubt", key
            ).fetchone()
            at = before[0] if before else at
        self._file.execute(
            "INSERT OR REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?)",
            (*key, sequence, at, doubt, fact.model_dump_json()),
        )
        self._settle(key, self._order(key), fact)
        if proof_of(fact) is not None:
            self._place(fact)

    def order(self, fact: OrderFact, sequence: int) -> None:
        """Draw the newest order, without its content."""
        key, order = (str(fact.post), fact.channel), order_of(fact)
        self._file.execute(
            "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *key,
                sequence,
                order.revision,
                order.approved,
                order.retract,
                milliseconds(order.told_at),
            ),
        )
        row = self._file.execute(
            "SELECT fact FROM deliveries WHERE post = ? AND channel = ?", key
        ).fetchone()
        delivery = AnyFact.validate_json(row[0]) if row else None
        self._settle(key, order, delivery if isinstance(delivery, DeliveryFact) else None)

    def decision(self, fact: DecisionMade, sequence: int) -> None:
        """Draw what somebody has decided."""
        at = milliseconds(fact.occurred_at)
        self._file.execute(
            "INSERT OR REPLACE INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)",
            (str(fact.post), fact.channel, sequence, fact.on, fact.choice, fact.by, at),
        )

    def witness(self, fact: WitnessFact, sequence: int) -> None:
        """Draw the newest look of a stranger."""
        self._file.execute(
            "INSERT OR REPLACE INTO witnesses VALUES (?, ?, ?, ?)",
            (str(fact.post), fact.channel, sequence, fact.model_dump_json()),
        )
        part, at = f"witness/{fact.channel}", milliseconds(fact.occurred_at)
        self.unsettled(str(fact.post), part, at if isinstance(fact, PostUnseen) else None)

    def insight(self, fact: InsightCollected, sequence: int) -> None:
        """Draw the numbers of one age."""
        age = int(fact.age.total_seconds() * 1000)
        self._file.execute(
            "INSERT OR REPLACE INTO insights VALUES (?, ?, ?, ?, ?)",
            (str(fact.post), fact.channel, age, sequence, fact.model_dump_json()),
        )

    def unsettled(self, post: str, part: str, since: int | None) -> None:
        """Keep that a part of a post may need a person, or (None) that it does not."""
        if since is None:
            self._file.execute("DELETE FROM unsettled WHERE post = ? AND part = ?", (post, part))
        else:
            self._file.execute(
                "INSERT OR REPLACE INTO unsettled VALUES (?, ?, ?)", (post, part, since)
            )

    def _settle(
        self, key: tuple[str, str], order: Order | None, delivery: DeliveryFact | None
    ) -> None:
        moments = [order.told_at] if order else []
        moments += [delivery.occurred_at] if delivery else []
        unsettled = is_unsettled(order, delivery)
        self.unsettled(*key, milliseconds(max(moments)) if unsettled else None)

    def _order(self, key: tuple[str, str]) -> Order | None:
        row = self._file.execute(
            "SELECT revision, approved, retract, told_at FROM orders "
            "WHERE post = ? AND channel = ?",
            key,
        ).fetchone()
        return order_in(*row) if row else None

    def _place(self, fact: DeliveryFact) -> None:
        """Give a post its place where it became public, if its own times no longer say that."""
        row = self._file.execute(
            "SELECT json_extract(fact, '$.type'), json_extract(fact, '$.revision') "
            "FROM posts WHERE post = ?",
            (str(fact.post),),
        ).fetchone()
        as_planned = (PostApproved.model_fields["type"].default, fact.revision)
        proof = proof_of(fact)
        if row and proof and not (fact.aim == "publish" and row == as_planned):
            self._file.execute(
                "INSERT OR IGNORE INTO slots VALUES (?, ?)",
                (milliseconds(proof.published_at), str(fact.post)),
            )

    def public_times(self, post: PostFact) -> set[int]:
        """Say when a post became public in each channel, where its own times may not say that."""
        if post.revision == 0 or (post.revision == 1 and isinstance(post, PostApproved)):
            return set()
        rows = self._file.execute("SELECT fact FROM deliveries WHERE post = ?", (str(post.post),))
        facts = [AnyFact.validate_json(fact) for (fact,) in rows]
        proofs = [proof_of(fact) for fact in facts if isinstance(fact, DeliveryFact)]
        return {milliseconds(proof.published_at) for proof in proofs if proof}


def order_in(revision: int, approved: int, retract: int, told_at: int) -> Order:
    """Read an order as the board keeps it."""
    return Order(revision, bool(approved), bool(retract), moment(told_at))


def milliseconds(moment: datetime) -> int:
    """Write an instant as the board keeps it."""
    return int(moment.timestamp() * 1000)


def moment(milliseconds: int) -> datetime:
    """Read an instant that the board keeps."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _in_doubt(fact: DeliveryFact) -> bool:
    return isinstance(fact, DeliveryUncertain) or (
        isinstance(fact, DeliveryAttempted) and fact.doubt
    )
