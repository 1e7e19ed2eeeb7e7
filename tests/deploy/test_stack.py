"""What `docker compose up` on a fresh clone really brings up."""

import json

import httpx
import pytest

from tests.deploy import inside
from tests.deploy.stack import Stack
from tests.harness.waiting import eventually

pytestmark = [pytest.mark.engine, pytest.mark.timeout(400)]

OURS = ("planner", "publisher", "siren", "metrics")
STEADY = ("nats", *OURS)
ONCE = ("init", "streams")


@pytest.mark.parametrize("service", STEADY)
async def test_everything_comes_up_healthy_with_no_prior_step(stack: Stack, service: str) -> None:
    await eventually(lambda: healthy(stack, service), within=30)


@pytest.mark.parametrize("service", ONCE)
def test_what_runs_once_has_finished_well(stack: Stack, service: str) -> None:
    state = stack.inspect(service)["State"]

    assert (state["Status"], state["ExitCode"]) == ("exited", 0)


@pytest.mark.parametrize(
    ("service", "data"),
    [
        ("planner", ["/data/planner"]),
        ("publisher", ["/data/publisher"]),
        ("siren", ["/data/siren"]),
        ("metrics", []),
    ],
)
def test_a_container_is_nobody_and_can_write_only_its_own_data(
    stack: Stack, service: str, data: list[str]
) -> None:
    places = ("/", "/app", "/etc", f"/secrets/{service}", f"/data/{service}")

    seen = json.loads(stack.python(service, inside.RIGHTS, *places))

    assert seen["user"] == 10001
    assert seen["writable"] == data
    assert seen["rights"].pop("NoNewPrivs:") == 1
    assert len(seen["rights"]) == 5
    assert set(seen["rights"].values()) == {0}


@pytest.mark.parametrize("service", STEADY)
def test_the_broker_and_the_services_run_contained(stack: Stack, service: str) -> None:
    known = stack.inspect(service)

    assert known["Config"]["User"] == "10001:10001"
    assert known["HostConfig"]["ReadonlyRootfs"] is True
    assert known["HostConfig"]["Privileged"] is False
    assert known["HostConfig"]["CapDrop"] == ["ALL"]
    assert known["HostConfig"]["Memory"] > 0
    assert known["HostConfig"]["PidsLimit"] > 0


@pytest.mark.parametrize("service", OURS)
def test_a_service_has_its_own_secrets_which_nobody_else_may_read(
    stack: Stack, service: str
) -> None:
    secrets = json.loads(stack.python(service, inside.SECRETS))

    assert secrets
    for path, (_, mode, owner) in secrets.items():
        assert path.startswith(f"/secrets/{service}/")
        assert (mode, owner) == ("0o600", 10001)


def test_nobody_else_may_read_who_the_broker_lets_in(stack: Stack) -> None:
    # The broker's image has no Python; its shell has what is needed.
    modes = stack.run("exec", "-T", "nats", "sh", "-c", "stat -c '%a %u' /etc/nats/secrets/*")

    assert set(modes.splitlines()) == {"600 10001"}


@pytest.mark.parametrize("service", OURS)
def test_no_secret_stands_in_a_variable_or_in_the_logs(stack: Stack, service: str) -> None:
    logs = stack.run("logs")
    environment = " ".join(stack.inspect(service)["Config"]["Env"])

    for secret, _, _ in json.loads(stack.python(service, inside.SECRETS)).values():
        assert secret not in environment
        assert secret not in logs


def test_the_broker_refuses_a_stranger(stack: Stack) -> None:
    assert "authorization violation" in stack.python("metrics", inside.STRANGER).lower()


def test_the_broker_is_not_open_on_this_machine(stack: Stack) -> None:
    assert not stack.inspect("nats")["NetworkSettings"]["Ports"].get("4222/tcp")


async def test_a_service_that_dies_comes_back(stack: Stack) -> None:
    before = stack.inspect("metrics")["State"]["StartedAt"]

    stack.kill("metrics")

    def back() -> bool:
        state = stack.inspect("metrics")["State"]
        return state["StartedAt"] != before and ready(stack, "metrics")

    await eventually(back, within=30)


async def test_the_siren_begins_and_is_read_with_the_broker_dead(stack: Stack) -> None:
    stack.run("stop", "nats")
    try:
        stack.run("restart", "--no-deps", "siren")

        await eventually(lambda: answers(stack, "siren", "/health/ready"), within=30)
        await eventually(lambda: answers(stack, "alerts", "/"), within=30)
    finally:
        stack.run("start", "nats")
    await eventually(lambda: healthy(stack, "nats"), within=30)


def test_made_anew_it_keeps_its_keys(exercise: Stack, keys_before: dict[str, str]) -> None:
    for service, keys in keys_before.items():
        before, now = json.loads(keys), json.loads(exercise.python(service, inside.SECRETS))
        # An exercise hands over a token more.
        assert {name: now.get(name) for name in before} == before


@pytest.mark.parametrize("service", [*STEADY, "simulator"])
async def test_an_exercise_comes_up_healthy(exercise: Stack, service: str) -> None:
    await eventually(lambda: healthy(exercise, service), within=30)


def healthy(stack: Stack, service: str) -> bool:
    return bool(stack.inspect(service)["State"]["Health"]["Status"] == "healthy")


def ready(stack: Stack, service: str) -> bool:
    return answers(stack, service, "/health/ready")


def answers(stack: Stack, service: str, path: str) -> bool:
    try:
        return stack.get(service, path).status_code == 200
    except httpx.TransportError:
        return False
