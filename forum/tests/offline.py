"""`unshare --net python -m forum.tests.offline FOLDER`: the journey of a text where there is no network.

Run by test_offline.py, with the environment of a real site. Starts the server and the worker that sends
mails under strace, which writes each connection that they try into FOLDER.
"""

import errno
import fcntl
import re
import socket
import struct
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from forum.tests.readers import Reader
from forum.tests.smtp import MailServer

# Nobody else is in this namespace: the ports are free.
SERVER_PORT, MAIL_PORT = 8000, 2525
HOST = "forum.example.org"
PASSWORD = "trois mots choisis"
TEXT = "Des règles, et des gens pour les tenir."
SECONDS = 60  # that anything may take
SIOCSIFFLAGS, IFF_UP = 0x8914, 1

SERVER = ["gunicorn", "--config", "python:config.gunicorn", "--bind", f"127.0.0.1:{SERVER_PORT}", "config.wsgi"]
WORKER = ["manage", "send_notifications", "--forever"]


def main(folder: Path) -> None:
    raise_loopback()
    assert_alone()
    mails = MailServer(MAIL_PORT)
    with traced(SERVER, folder / "server"), traced(WORKER, folder / "worker"):
        wait_until(is_served)
        walk(mails)


def raise_loopback() -> None:
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def assert_alone() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        assert out.connect_ex(("192.0.2.1", 53)) == errno.ENETUNREACH, "this is no network of its own"


@contextmanager
def traced(module: list[str], trace: Path) -> Iterator[None]:
    # -D: the process is the module's own and takes orders itself; strace stands behind it.
    command = ["strace", "-D", "-f", "-qq", "-e", "trace=connect", "-o", trace, sys.executable, "-m", *module]
    with trace.with_suffix(".log").open("wb") as log, subprocess.Popen(command, stdout=log, stderr=log) as process:
        try:
            yield
        finally:
            process.terminate()


def is_served() -> bool:
    try:
        socket.create_connection(("127.0.0.1", SERVER_PORT)).close()
    except ConnectionRefusedError:
        return False
    return True


def wait_until(happened: Callable[[], object]) -> None:
    give_up_at = time.monotonic() + SECONDS
    while not happened():
        assert time.monotonic() < give_up_at, f"{happened.__name__}: not in {SECONDS} seconds"
        time.sleep(0.1)


# --- The journey --------------------------------------------------------------------------------------


def walk(mails: MailServer) -> None:
    """A stranger signs up, answers, is published by a moderator, is read, and hears of it by mail."""
    zoe, mona, everyone = (Reader(HOST, SERVER_PORT, X_Forwarded_Proto="https") for _ in range(3))
    question = everyone.find('"(/questions/[0-9]+/)', everyone.find('"(/articles/[^"/]+/)"', "/"))
    sign_up(zoe, mails)
    write(zoe, question)
    assert TEXT in zoe.ask("GET", question).content.decode()
    assert TEXT not in everyone.ask("GET", question).content.decode()
    log_in(mona)
    publish(mona)
    assert TEXT in everyone.ask("GET", question).content.decode()

    def she_is_told() -> bool:
        return any(mail.message["Subject"] == "Votre réponse est publiée" for mail in mails.arrived)

    wait_until(she_is_told)


def sign_up(zoe: Reader, mails: MailServer) -> None:
    form = {"email": "zoe@example.org", "username": "zoe", "password1": PASSWORD, "site_web": ""}
    assert zoe.send("/compte/signup/", "/compte/signup/", form).status == 302
    code = re.search(r"^ {4}(\S+)$", mails.arrived[-1].text, re.MULTILINE)[1]
    assert zoe.send("/compte/confirm-email/", "/compte/confirm-email/", {"code": code}).status == 302


def log_in(mona: Reader) -> None:
    form = {"login": "mona", "password": PASSWORD}
    assert mona.send("/compte/login/", "/compte/login/", form).status == 302


def write(zoe: Reader, question: str) -> None:
    form = {"text": TEXT, "key": str(uuid.uuid4())}
    assert zoe.send(question, f"{question}repondre/", form).status == 302


def publish(mona: Reader) -> None:
    seen = mona.find('type="hidden" name="seen" value="([0-9]+)"', "/moderation/")
    decision = {"verb": "publish", "seen": seen, "known": "0"}
    assert mona.send("/moderation/", "/moderation/decider/", decision).status in (200, 302)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
