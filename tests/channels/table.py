"""Prints which promise each channel keeps on which server: `make contract` (not in parallel)."""

import pytest

_WORST_FIRST = ("failed", "passed", "skipped")
_SIGNS = {"failed": "✗", "passed": "✓", "skipped": "–"}


class Table:
    """Gathers the outcomes of the contract suite, by behaviour and by server."""

    def __init__(self) -> None:
        self._outcomes: dict[str, dict[str, set[str]]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what became of one behaviour on one server."""
        if report.when != "call" and report.outcome == "passed":
            return
        name, _, case = report.nodeid.rpartition("::")[2].partition("[")
        behaviour = name.removeprefix("test_").replace("_", " ")
        server = case.rstrip("]").partition("-")[0].replace("_", ", ")
        self._outcomes.setdefault(behaviour, {}).setdefault(server, set()).add(report.outcome)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print it as it stands in docs/channels.md."""
        servers = sorted({server for row in self._outcomes.values() for server in row})
        lines = [["behaviour", *servers], ["---", *(":-:" for _ in servers)]]
        for behaviour, row in self._outcomes.items():
            lines.append([behaviour, *(_sign(row.get(server, set())) for server in servers)])
        for line in lines:
            terminalreporter.write_line(f"| {' | '.join(line)} |")


def _sign(outcomes: set[str]) -> str:
    worst = next((each for each in _WORST_FIRST if each in outcomes), None)
    return _SIGNS[worst] if worst else ""


def pytest_configure(config: pytest.Config) -> None:
    """Take part in the run that names this module."""
    config.pluginmanager.register(Table())
