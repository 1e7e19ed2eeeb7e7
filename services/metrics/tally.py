"""What ops see of metrics at `/metrics`."""

from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram

_SECONDS = (1, 5, 15, 20, 30, 60, 120, 300, 900, 3600, 21600, 86400)


class PrometheusTally:
    """Counts since this replica started."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._delay = Histogram(
            "budkavle_witness_delay_seconds",
            "From publication until a stranger saw the post",
            ["channel"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._unseen = Counter(
            "budkavle_unseen",
            "Looks at a public post that did not find it",
            ["channel", "code"],
            registry=registry,
        )
        self._readings = Counter(
            "budkavle_readings",
            "Readings of numbers by outcome",
            ["channel", "outcome"],
            registry=registry,
        )

        self._watches = Counter(
            "budkavle_comment_readings",
            "Readings of comments by outcome",
            ["channel", "outcome"],
            registry=registry,
        )

    def witnessed(self, channel: str, after: timedelta) -> None:
        """A stranger could see a post."""
        self._delay.labels(channel).observe(after.total_seconds())

    def unseen(self, channel: str, code: str) -> None:
        """A stranger could not see a post."""
        self._unseen.labels(channel, code).inc()

    def reading(self, channel: str, outcome: str) -> None:
        """Numbers were due, and this came of it."""
        self._readings.labels(channel, outcome).inc()

    def watch(self, channel: str, outcome: str) -> None:
        """Comments were due, and this came of it."""
        self._watches.labels(channel, outcome).inc()
