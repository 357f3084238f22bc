"""Clients that ask and wait for the answer, each with a new connection as from a proxy."""

import re
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import repeat
from urllib.parse import urlencode

LOCATION = re.compile(rb"\r\nLocation: (\S+)")
TOKEN = "a" * 32  # against forged forms; a cookie says the same


@dataclass
class Run:
    """What a number of requests came to; times in seconds."""

    status: bytes
    waits: list[float] = field(default_factory=list)
    wrong: list[bytes] = field(default_factory=list)
    took: float = 0.0
    body: bytes = b""  # of the last answer
    locations: list[str] = field(default_factory=list)  # that the answers lead to

    @property
    def per_second(self) -> float:
        return len(self.waits) / self.took

    def percentile(self, part: float) -> float:
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def cookies(session: str) -> str:
    """What a member's browser sends from his second page on."""
    return f"__Host-sessionid={session}; __Host-csrftoken={TOKEN}"


def request(address: str, port: int, fields: dict | None = None, **headers: str) -> bytes:
    """The bytes of a GET, or of a form that is sent."""
    body = b"" if fields is None else urlencode(fields, doseq=True).encode()
    lines = [f"{'GET' if fields is None else 'POST'} {address} HTTP/1.1"]
    lines += [f"Host: 127.0.0.1:{port}", "Connection: close"]
    if fields is not None:
        lines += ["Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


def ask(
    port: int,
    sent: bytes | Iterator[bytes],
    *,
    status: int,
    number: int,
    clients: int,
    before: Callable[[], None] | None = None,
) -> Run:
    """`number` requests by so many clients at once; with `before`, called off the clock before each, by one.

    `sent` is each of them, or where they differ what gives one after the other.
    """
    if isinstance(sent, bytes):
        sent = repeat(sent)
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


def _together(port: int, sent: Iterator[bytes], number: int, clients: int, run: Run) -> None:
    watched = selectors.DefaultSelector()
    to_start, open_ones = number, 0
    began = time.perf_counter()
    while to_start or open_ones:
        while to_start and open_ones < clients:
            connection = socket.create_connection(("127.0.0.1", port))
            connection.sendall(next(sent))
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
            if found := LOCATION.search(answer):
                run.locations.append(found[1].decode())
    run.took += time.perf_counter() - began
    watched.close()
