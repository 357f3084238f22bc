"""The forum as a site runs it: gunicorn, and the process that sends its mails."""

import os
import re
import secrets
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random

from benchmarks.servers import ROOT, family, free_port
from config import gunicorn

SITE = {
    "DJANGO_SETTINGS_MODULE": "torture.settings",
    "DEBUG": "0",
    "ALLOWED_HOSTS": "127.0.0.1",
    "SITE_URL": "https://127.0.0.1",
    "SECURE_SSL_REDIRECT": "0",
    "FORUM_MODERATION_MODE": "after",  # replies to published answers make the mails
    "EMAIL_HOST": "127.0.0.1",
}
SECONDS_TO_END = 60


class Site:
    def __init__(self, folder: Path, url: str, mail_port: int) -> None:
        self.port = free_port()
        self.log = folder / "site.log"
        # A developer's own .env must not speak here: what is set counts as said, what is empty as unset.
        named = re.findall("^# ([A-Z_]+)=", (ROOT / ".env.example").read_text(encoding="utf-8"), re.MULTILINE)
        self.environment = os.environ | dict.fromkeys(named, "") | SITE
        self.environment |= {"SECRET_KEY": secrets.token_urlsafe(50), "EMAIL_PORT": str(mail_port)}
        self.environment["DATABASE_URL"] = url
        self.server: subprocess.Popen | None = None
        self.mailer: subprocess.Popen | None = None

    def command(self, *arguments: str) -> str:
        """One of the forum's own commands, which must not fail."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout

    # --- The server ---------------------------------------------------------------------------------

    def start(self) -> None:
        """Does not wait: whoever wants to know asks `/sante/`."""
        command = ["-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi"]
        self.server = self._run(*command, "--bind", f"127.0.0.1:{self.port}")

    def kill(self) -> None:
        """The master and its workers, all at once, wherever they are."""
        os.killpg(self.server.pid, signal.SIGKILL)
        self.server.wait(SECONDS_TO_END)

    def stop(self) -> None:
        self.server.terminate()
        self.server.wait(SECONDS_TO_END)

    def workers(self) -> list[int]:
        return family(self.server.pid)[1:]

    def kill_worker(self, chance: Random) -> None:
        os.kill(chance.choice(self.workers()), signal.SIGKILL)

    def has_all_workers(self) -> bool:
        return len(self.workers()) == gunicorn.workers

    # --- The mails ----------------------------------------------------------------------------------

    def start_mailer(self) -> None:
        self.mailer = self._run("manage.py", "send_notifications", "--forever")

    def kill_mailer(self) -> None:
        self.mailer.kill()
        self.mailer.wait(SECONDS_TO_END)
        self.mailer = None

    def stop_mailer(self) -> None:
        """As a service is told to: it finishes the mail in its hands."""
        if self.mailer is not None:
            self.mailer.terminate()
            self.mailer.wait(SECONDS_TO_END)
            self.mailer = None

    def mailer_is_gone(self) -> bool:
        """By itself, which it must not be."""
        return self.mailer is not None and self.mailer.poll() is not None

    # ------------------------------------------------------------------------------------------------

    def _run(self, *arguments: str) -> subprocess.Popen:
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def end(self) -> None:
        for process in (self.server, self.mailer):
            if process is not None and process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(SECONDS_TO_END)

    def last_words(self) -> str:
        time.sleep(0.1)
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-15:]) if self.log.exists() else ""
