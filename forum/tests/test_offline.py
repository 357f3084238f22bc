"""With the network cut off but for the loopback the forum works, and asks for nothing but its database and mail."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from django.db import connection

from forum.tests.checkout import make_site, run_python
from forum.tests.cluster import NoClusterError, throwaway_cluster
from forum.tests.offline import MAIL_PORT, PASSWORD

SECONDS = 200  # after which it has failed
MAKE_MODERATOR = f"""
from allauth.account.models import EmailAddress
from forum.models import Member
mona = Member.objects.create_user("mona", "mona@example.org", {PASSWORD!r}, role="moderator")
EmailAddress.objects.create(user=mona, email=mona.email, verified=True, primary=True)
"""
# As any user who may: root of a namespace of his own.
ALONE = ["unshare", "--net", *([] if os.geteuid() == 0 else ["--user", "--map-root-user"])]
# glibc asks a cache of names on this machine before it reads /etc/passwd, for gunicorn that looks up its user.
OF_GLIBC = 'AF_UNIX, sun_path="/var/run/nscd/socket"'
CONNECT = re.compile(r"connect\(\d+, \{sa_family=(AF_\w+), (.*?)\}, \d+\)")


@cache
def what_is_missing() -> str:
    if not shutil.which("strace"):
        return "NOT RUN: there is no strace (Debian: apt install strace)"
    if (
        not shutil.which("unshare")
        or subprocess.run([*ALONE, "strace", "-qq", "-o", "/dev/null", "true"]).returncode
    ):
        return "NOT RUN: this machine lets nobody make a network namespace and trace there"
    return ""


@pytest.fixture
def place(tmp_path) -> Iterator[str]:
    """The address of an empty database of the kind that the tests run on, as strong as a real site's."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path}/forum.sqlite3"
        return
    try:
        with throwaway_cluster(settings=[]) as url:
            yield url.removesuffix("forum") + "postgres"
    except NoClusterError as reason:
        pytest.skip(f"NOT RUN: {reason}")


@pytest.mark.skipif(bool(what_is_missing()), reason=what_is_missing())
def test_journey_without_a_network_asks_for_nothing_but_database_and_mail(tmp_path, place):
    site, variables = make_site(tmp_path)
    variables |= {
        "DATABASE_URL": place,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(MAIL_PORT),
        "STAFF_NEEDS_SECOND_FACTOR": "0",
    }
    for command in (["first_start"], ["shell", "--no-imports", "-c", MAKE_MODERATOR]):
        result = run_python(site, "manage.py", *command, **variables)
        assert result.returncode == 0, result.stderr

    walked = subprocess.run(
        [*ALONE, sys.executable, "-m", "forum.tests.offline", tmp_path],
        cwd=site,
        env=variables,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert walked.returncode == 0, walked.stderr + (tmp_path / "server.log").read_text(encoding="utf-8")
    expected = {f'AF_INET, sin_port=htons({MAIL_PORT}), sin_addr=inet_addr("127.0.0.1")'}
    if connection.vendor == "postgresql":
        expected.add(f'AF_UNIX, sun_path="{unquote(urlsplit(place).hostname)}/.s.PGSQL.5432"')
    assert connections_of(tmp_path / "server") == expected
    assert connections_of(tmp_path / "worker") == expected


def connections_of(trace: Path) -> set[str]:
    """Whereto a process and its children tried to connect."""
    tried = CONNECT.finditer(trace.read_text(encoding="utf-8"))
    return {", ".join(found.groups()) for found in tried} - {OF_GLIBC}
