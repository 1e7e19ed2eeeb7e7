"""What is hidden beneath posts and what is pinned, rebuilt from the record and nothing else."""

from simulator.record import Entry


class Moderation:
    """Comments that strangers do not see, and posts that stand first on their account."""

    def __init__(self) -> None:
        self._hidden: dict[str, tuple[str, ...]] = {}
        self._pinned: dict[str, tuple[str, ...]] = {}

    def hidden(self, post_id: str) -> tuple[str, ...]:
        """The comments beneath a post that are hidden."""
        return self._hidden.get(post_id, ())

    def pinned(self, account: str) -> tuple[str, ...]:
        """The posts that are pinned on an account, in the order in which they stand."""
        return self._pinned.get(account, ())

    def apply(self, entry: Entry) -> None:
        """Let one entry of the record become true: each says how it is from now on."""
        match entry.what:
            case "hidden":
                self._hidden[entry.id or ""] = entry.ids
            case "pinned":
                self._pinned[entry.account or ""] = entry.ids
            case "deleted":
                # What comes back from a trash is not pinned any more.
                left = [each for each in self.pinned(entry.account or "") if each != entry.id]
                self._pinned[entry.account or ""] = tuple(left)
