"""A set-up that a person has to mend before anything can run."""

CANNOT_START = 2
"""Exit status when the set-up has to be mended first; restarting alone does not help."""


class Unfit(Exception):
    """The set-up is wrong in a way that a person must mend; the message says how."""
