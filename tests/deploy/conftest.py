"""One composed stack for all tests, first plain and then with the made-up platform beside it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.deploy import inside
from tests.deploy.stack import Stack, need_an_engine, running


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    need_an_engine()
    with running(tmp_path_factory.mktemp("stack")) as up:
        yield up


@pytest.fixture(scope="session")
def keys_before(stack: Stack) -> dict[str, str]:
    """What the services' secrets were before anything was started again."""
    return {name: stack.python(name, inside.SECRETS) for name in ("planner", "metrics")}


@pytest.fixture(scope="session")
def exercise(stack: Stack, keys_before: dict[str, str]) -> Iterator[Stack]:
    """The same stack, every container made anew, with the made-up platform and a channel more."""
    assert keys_before
    more = replace(stack, exercise=True)
    more.run("build", "simulator", within=120)
    more.run("up", "--wait", "--force-recreate", within=120)
    try:
        yield more
    finally:
        more.compose.stop()
