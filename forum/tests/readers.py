"""A reader of a server that really runs: cookies, forms, and an address of his own on the loopback."""

import http.client
import re
import socket
import ssl
from contextlib import closing
from urllib.parse import urlencode


class Reader:
    def __init__(
        self, host: str, port: int, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None, **always: str
    ) -> None:
        """`always` are headers of each request: X_Forwarded_Proto="https"."""
        self.host, self.port, self.address, self.tls, self.always = host, port, address, tls, always
        self.cookies: dict[str, str] = {}
        self.were_set: list[str] = []  # every cookie as it came, with what was said of it

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> http.client.HTTPResponse:
        """The answer, read: `answer.content`."""
        sent = {"Host": self.host, "Referer": f"https://{self.host}{path}", "Cookie": self._cookie()}
        if body:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        sent |= {name.replace("_", "-"): value for name, value in (self.always | headers).items()}
        plain = socket.create_connection(("127.0.0.1", self.port), source_address=(self.address, 0))
        with closing(http.client.HTTPConnection(self.host)) as connection:
            connection.sock = self.tls.wrap_socket(plain, server_hostname=self.host) if self.tls else plain
            connection.request(method, path, body or None, sent)
            answer = connection.getresponse()
            answer.content = answer.read()
        for cookie in answer.headers.get_all("Set-Cookie", []):
            self.were_set.append(cookie)
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
            if "Max-Age=0" in cookie:
                del self.cookies[name]
        return answer

    def _cookie(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def send(self, page: str, path: str, fields: dict[str, str], **headers: str) -> http.client.HTTPResponse:
        """Fill in the form of a page."""
        token = self.find('name="csrfmiddlewaretoken" value="([^"]+)"', page)
        return self.ask("POST", path, urlencode(fields | {"csrfmiddlewaretoken": token}), **headers)

    def find(self, pattern: str, page: str) -> str:
        """What the first group of a pattern matches on a page."""
        shown = self.ask("GET", page).content.decode()
        found = re.search(pattern, shown)
        assert found, f"{pattern} is not on {page}"
        return found[1]
