"""What every service listens with."""

import asyncio
import socket

import pytest

from services.kit.serving import listen
from services.kit.unfit import Unfit

pytestmark = pytest.mark.web


async def test_the_second_part_of_an_answer_does_not_wait_until_the_first_has_come() -> None:
    accepted: asyncio.Queue[int] = asyncio.Queue()

    def heard(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        taken: socket.socket = writer.get_extra_info("socket")
        accepted.put_nowait(taken.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        writer.close()

    listener = listen("127.0.0.1", 0)
    async with await asyncio.start_server(heard, sock=listener), asyncio.timeout(5):
        _, writer = await asyncio.open_connection(*listener.getsockname())
        assert await accepted.get() == 1
        writer.close()
        await writer.wait_closed()


def test_a_port_that_is_taken_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Unfit, match=f"127.0.0.1:{port} cannot be used .*another port"):
            listen("127.0.0.1", port)
