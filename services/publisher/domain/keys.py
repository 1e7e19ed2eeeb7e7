"""The idempotency key of a delivery."""

from uuid import UUID, uuid5

_KEYS = UUID("2f8f5ad1-7a0c-4a35-8f5e-0d6f4c1a7b52")


def key(channel: str, post: UUID, revision: int) -> str:
    """Give the key of a delivery: the same for every attempt."""
    return str(uuid5(_KEYS, f"{channel}/{post}/{revision}"))
