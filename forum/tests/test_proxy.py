"""`deploy/nginx.conf` as it stands, before a real gunicorn with a real site's settings."""

import http.client
import os
import re
import secrets
import shutil
import socket
import ssl
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from forum.tests.checkout import ROOT, make_site, run_python
from forum.tests.readers import Reader

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
SECONDS_TO_START = 30
HOST = "forum.example.org"
FOLDERS = ["client_body_temp_path", "proxy_temp_path", "fastcgi_temp_path", "uwsgi_temp_path", "scgi_temp_path"]
pytestmark = pytest.mark.skipif(
    NGINX is None or shutil.which("openssl") is None,
    reason="NOT RUN: there is no nginx, or no openssl (Debian: apt install nginx openssl)",
)


# --- nginx and gunicorn -------------------------------------------------------------------


@pytest.fixture(scope="module")
def ports() -> dict[str, int]:
    """For those that the files name: free ones, below those of which the system may give one to somebody's
    connection before nginx has taken it."""
    found: list[int] = []
    while len(found) < 3:
        port = 10_000 + secrets.randbelow(22_000)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            found.append(port)
    return dict(zip(("80", "443", "8000"), found, strict=True))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("proxy")


@pytest.fixture(scope="module")
def start_server(folder, ports) -> Callable:
    """Start gunicorn for a block, by the command of the unit, on a forum that has had its first start."""
    site, variables = make_site(folder)
    assert run_python(site, "manage.py", "first_start", **variables).returncode == 0
    unit = (ROOT / "deploy/systemd/et-vous.service").read_text(encoding="utf-8")
    options = re.search(r"^ExecStart=\S+/gunicorn (.*)$", unit, re.MULTILINE)[1]
    command = [sys.executable, "-m", "gunicorn", *options.replace(":8000", f":{ports['8000']}").split()]

    @contextmanager
    def start() -> Iterator[None]:
        with (
            (folder / "gunicorn.log").open("ab") as log,
            subprocess.Popen(command, cwd=site, env=variables, stdout=log, stderr=log) as process,
        ):
            try:
                wait_for(ports["8000"])
                yield
            finally:
                process.terminate()

    return start


@pytest.fixture(scope="module", autouse=True)
def nginx(folder, ports) -> Iterator[None]:
    """The file of `deploy/`, with this test's ports and paths."""
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    make_certificate(certificate, key)
    site = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    site = re.sub(r"listen (\[::\]:)\d+.*\n", "\n", site)
    for port, own in ports.items():
        site = re.sub(rf"(listen |127\.0\.0\.1:){port}\b", rf"\g<1>{own}", site)
    site = site.replace("listen ", "listen 127.0.0.1:")
    site = site.replace("/etc/letsencrypt/live/forum.example.org", str(folder)).replace("/srv/et-vous", str(ROOT))
    temporary = "".join(f"{name} {folder}/{name};\n" for name in FOLDERS)
    (folder / "nginx.conf").write_text(
        ("user root;\n" if os.geteuid() == 0 else "")
        + f"pid {folder}/nginx.pid;\ndaemon off;\nworker_processes 1;\nevents {{}}\n"
        f"http {{\naccess_log off;\n{temporary}{site}}}\n",
        encoding="utf-8",
    )
    command = [NGINX, "-e", folder / "nginx.log", "-c", folder / "nginx.conf"]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "[warn]" not in tested.stderr
    with subprocess.Popen(command) as process:
        try:
            wait_for(ports["443"])
            yield
        finally:
            process.terminate()


def make_certificate(certificate: Path, key: Path) -> None:
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    name = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    made = ["openssl", "req", "-x509", *curve, *name, "-keyout", key, "-out", certificate]
    subprocess.run(made, capture_output=True, check=True)


def wait_for(port: int) -> None:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert time.monotonic() < give_up_at, f"nothing listens on {port}"
            time.sleep(0.05)


@pytest.fixture
def reader(folder, ports) -> Callable[..., Reader]:
    """`reader("127.0.0.2")`: one who asks from there."""
    tls = ssl.create_default_context(cafile=folder / "fullchain.pem")
    return lambda address="127.0.0.1": Reader(HOST, ports["443"], address, tls)


# --- What it does ------------------------------------------------------------------------------------


def test_forum_behind_the_proxy(start_server, reader, ports):
    """One run of the server for all that it takes; it is what costs time."""
    with start_server():
        reads_over_https(reader(), ports)
        is_compressed(reader())
        too_long_is_told_by_whoever_refuses_it(reader())
        limits_count_by_the_true_address(reader)


def reads_over_https(alice: Reader, ports: dict[str, int]) -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", ports["80"])) as connection:
        connection.request("GET", "/questions/1/?tri=recentes", headers={"Host": HOST})
        answer = connection.getresponse()
        assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/questions/1/?tri=recentes")
    page = alice.ask("GET", "/compte/login/", X_Request_ID="un-autre-nom", X_Forwarded_Proto="http")
    assert page.status == 200
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
    assert re.fullmatch("[0-9a-f]{32}", page.headers["X-Request-ID"])
    (cookie,) = page.headers.get_all("Set-Cookie")
    assert cookie.startswith("__Host-csrftoken=")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def is_compressed(alice: Reader) -> None:
    page = alice.ask("GET", "/questions/1/", Accept_Encoding="gzip")
    assert (page.status, page.headers["Content-Encoding"]) == (200, "gzip")
    assert page.headers["ETag"].startswith('W/"')
    again = alice.ask("GET", "/questions/1/", Accept_Encoding="gzip", If_None_Match=page.headers["ETag"])
    assert (again.status, again.content) == (304, b"")


def too_long_is_told_by_whoever_refuses_it(alice: Reader) -> None:
    alice.ask("GET", "/compte/login/")  # for the cookie, without which a form is not even looked into
    by_the_forum = alice.ask("POST", "/questions/1/repondre/", "text=" + "a" * 300_000)
    assert by_the_forum.status == 400
    assert "Votre navigateur a envoyé une demande que le site ne peut pas lire" in by_the_forum.content.decode()
    by_the_proxy = alice.ask("POST", "/questions/1/repondre/", "text=" + "a" * 1_100_000)
    assert by_the_proxy.status == 413
    assert "Votre envoi est trop long" in by_the_proxy.content.decode()


def limits_count_by_the_true_address(reader: Callable[..., Reader]) -> None:
    """Twenty texts of strangers are kept from one address, whatever it says of itself ("park" in the settings)."""

    def park(address: str) -> int:
        stranger = reader(address)
        text = {"text": "Une réponse.", "key": str(uuid.uuid4())}
        said_of_himself = f"203.0.113.{uuid.uuid4().int % 250}"
        return stranger.send(
            "/compte/login/", "/questions/1/repondre/", text, X_Forwarded_For=said_of_himself
        ).status

    assert [park("127.0.0.2") for _ in range(20)] == [403] * 20  # kept until he has logged in
    assert park("127.0.0.2") == 429
    assert park("127.0.0.3") == 403


def test_forum_that_is_down_is_told_of_in_french(reader):
    for method in ("GET", "POST"):
        answer = reader().ask(method, "/questions/1/", "text=Oui" if method == "POST" else "")
        assert (answer.status, answer.headers["Retry-After"]) == (502, "30")
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Le forum ne répond pas pour le moment" in answer.content.decode()
