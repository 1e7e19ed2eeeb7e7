"""A taken port is named, with what to do."""

import socket

import pytest

from budkavle.ports import HOST, Ports, demand_free, free
from budkavle.trouble import Trouble


def test_the_usual_ports_are_the_documented_ones() -> None:
    ports = Ports.on(None)
    assert ports.of(["planner", "publisher", "metrics", "simulator", "broker"]) == {
        "planner": 8080,
        "publisher": 8081,
        "metrics": 8083,
        "simulator": 8090,
        "broker": 4222,
    }
    assert ports.nats_url == f"nats://{HOST}:4222"


def test_a_base_moves_all_of_them_and_none_collide() -> None:
    ports = Ports.on(18080)
    names = ("planner", "publisher", "metrics", "simulator", "broker", "monitor")
    assert ports.url("planner") == "http://127.0.0.1:18080"
    assert len(set(ports.of(names).values())) == len(names)
    assert min(ports.of(names).values()) == 18080


@pytest.mark.parametrize("base", [0, 80, 65_001, 99_999])
def test_a_base_without_room_is_refused(base: int) -> None:
    with pytest.raises(Trouble, match="--port-base has to be between 1024 and"):
        Ports.on(base)


def test_a_taken_port_is_named_with_who_needs_it() -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        assert not free(port)
        with pytest.raises(Trouble, match=f"Port {port}, which planner needs.*--port-base"):
            demand_free({"planner": port})
    assert free(port)
