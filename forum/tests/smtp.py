"""A mail server on the loopback that takes mails, refuses them, hangs or dies, as a test tells it."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage

import pytest

TAKEN = "250 2.0.0 Ok"


@dataclass(frozen=True)
class Mail:
    to: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)

    @property
    def text(self) -> str:
        return self.message.get_content().replace("\r\n", "\n")

    @property
    def message_id(self) -> str:
        return self.message["Message-ID"]


class MailServer(socketserver.ThreadingTCPServer):
    """Listens from the start; `arrived` holds what came in whole, also where the answer was no."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Conversation)
        self.arrived: list[Mail] = []
        # What is said to a mail that has come in: the test may wait here, or let a process die.
        self.reply: Callable[[Mail], str] = lambda mail: TAKEN
        self.unknown: set[str] = set()  # addresses that are refused for good
        self.refuses_sender = False
        self.dies_in_mail = False  # the line is cut before a mail has come in whole
        self.cuts = threading.Event()  # it has been
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def port(self) -> int:
        return self.server_address[1]

    def stop(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request, client_address) -> None:
        """A client that went away in the middle is what some tests are about."""


class Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.say("220 mail.example ESMTP")
        to = ""
        while line := self.rfile.readline().decode():
            verb = line.split(maxsplit=1)[0].upper()
            if verb == "RCPT":
                to = line.partition("<")[2].partition(">")[0]
                self.say("550 5.1.1 Unknown" if to in self.server.unknown else TAKEN)
            elif verb == "MAIL" and self.server.refuses_sender:
                self.say("550 5.7.1 Not from you")
            elif verb == "DATA":
                self.say("354 Go on")
                content = self.read_mail()
                if content is None:
                    return
                mail = Mail(to, content)
                self.server.arrived.append(mail)
                self.say(self.server.reply(mail))
            elif verb == "QUIT":
                self.say("221 2.0.0 Bye")
                return
            else:
                self.say(TAKEN)

    def say(self, line: str) -> None:
        self.wfile.write(f"{line}\r\n".encode())

    def read_mail(self) -> bytes | None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return None
            if self.server.dies_in_mail and len(lines) == 3:
                self.server.cuts.set()
                return None
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)


@pytest.fixture
def mail_server(settings) -> Iterator[MailServer]:
    """The server to which the forum sends its mails in this test."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    yield server
    server.stop()
