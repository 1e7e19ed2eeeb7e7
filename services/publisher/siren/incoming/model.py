"""What the doors for other people's messages share: how one is read, and how large it may be."""

from collections.abc import Callable
from typing import Literal

from schemas.alerts import Kind
from services.publisher.siren.cap.reading import Incoming

Source = Literal["vma", "folder", "http"]

ENDS: frozenset[Kind] = frozenset({"correction", "all_clear"})
"""Kinds of message that say of others that they were wrong, or are over."""

MOST_BYTES = 1024 * 1024
"""No message, and no list of messages, is larger; a larger one is not read to its end."""


Reader = Callable[[bytes], Incoming]
"""Reads the bytes of one message, or raises `Refusal`."""
