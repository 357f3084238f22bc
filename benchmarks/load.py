"""Clients that ask and wait for the answer, each with a new connection as from a proxy."""

import selectors
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Run:
    """What a number of requests came to; times in seconds."""

    status: bytes
    waits: list[float] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)
    took: float = 0.0
    body: bytes = b""  # of the last answer

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.took

    def percentile(self, part: float) -> float:
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def request(address: str, port: int, **headers: str) -> bytes:
    lines = [f"GET {address} HTTP/1.1", f"Host: 127.0.0.1:{port}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def ask(
    port: int, sent: bytes, *, status: int, number: int, clients: int, before: Callable[[], None] | None = None
) -> Run:
    """`number` requests by so many clients at once; with `before`, called off the clock before each, by one."""
    run = Run(str(status).encode())
    if before:
        for _ in range(number):
            before()
            _together(port, sent, 1, 1, run)
    else:
        _together(port, sent, number, clients, run)
    if run.wrong:
        raise RuntimeError(f"{len(run.wrong)} answers were not {status}, the first: {run.wrong[0][:300]!r}")
    return run


def _together(port: int, sent: bytes, number: int, clients: int, run: Run) -> None:
    watched = selectors.DefaultSelector()
    to_start, open_ones = number, 0
    began = time.perf_counter()
    while to_start or open_ones:
        while to_start and open_ones < clients:
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(sent)
            watched.register(connection, selectors.EVENT_READ, (time.perf_counter(), bytearray()))
            to_start, open_ones = to_start - 1, open_ones + 1
        for key, _ in watched.select():
            asked_at, answer = key.data
            received = key.fileobj.recv(262_144)
            answer += received
            if received:
                continue
            watched.unregister(key.fileobj)
            key.fileobj.close()
            open_ones -= 1
            run.waits.append(time.perf_counter() - asked_at)
            if answer[9:12] != run.status:
                run.wrong.append(bytes(answer))
            run.body = bytes(answer)
    run.took += time.perf_counter() - began
    watched.close()
