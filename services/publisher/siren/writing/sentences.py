"""Where a sentence ends: the only place at which a text of an alert may be cut."""

import re

_SHORTENED = "".join(
    rf"(?<!\b{word})"
    for word in ("kl.", "Kl.", "nr.", "ca.", "tel.", "ex.", "bl.a.", "dr.", "Dr.", "st.", "St.")
)
_BETWEEN = re.compile(rf"(?<=[.!?…]){_SHORTENED}[^\S\n]+(?=[A-ZÅÄÖ0-9\"”’–(])|\n+")


def sentences(text: str) -> list[str]:
    """Part a text into its sentences, each without the white space around it."""
    return [part.strip() for part in _BETWEEN.split(text) if part.strip()]


def units(text: str) -> list[str]:
    """Part a text into its sentences, each with the white space that follows it."""
    ends = [found.end() for found in _BETWEEN.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], [*ends, len(text)], strict=True)]


def ended(text: str) -> str:
    """End a line as a sentence ends; an empty one stays empty."""
    return text if not text or text.endswith((".", "!", "?", "…")) else f"{text}."
