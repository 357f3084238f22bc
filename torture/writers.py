"""Members who log in and post, send the same form again until they hear that it arrived, and keep the ledger."""

import re
import secrets
import threading
import time
from collections.abc import Iterator
from random import Random

from .ledger import Ledger
from .plan import POSTS_OF_A_MEMBER
from .visitors import Broken, Form, Page, Visitor

PASSWORD = "un mot de passe d’essai"
MARK = re.compile(r"\bm[0-9a-f]{24}\b")
ARRIVED = re.compile(r"/reponses/([1-9][0-9]*)/")
PUBLISHED_AT_ONCE = 4  # the forum holds whoever writes more than five in ten minutes
SHARE_OF_REPLIES = 0.5
WAIT = 0.3  # seconds before the same form is sent again; fewer than the forum asks for
TALK = (
    "la question du retour se pose autrement quand un réseau revient sans ses anciens messages et que chacun doit "
    "décider s’il y reste ou s’il en part avec ce qu’il avait écrit < & > \" ' sans penser que *tout* disparaît"
)
WORDS = TALK.split()


class Writer(threading.Thread):
    """One who writes as member after member, since the forum takes only so many texts an hour from each."""

    def __init__(self, port: int, members: Iterator[int], questions: list[int], ledger: Ledger, chance: Random):
        super().__init__(daemon=True)
        self.port, self.members, self.questions = port, members, questions
        self.ledger, self.chance = ledger, chance
        self.stopped = threading.Event()
        self.wait = WAIT
        self.written = POSTS_OF_A_MEMBER
        self.logged_in_at = 0.0

    def run(self) -> None:
        try:
            while not self.stopped.is_set():
                self.write()
        except Exception as error:
            self.ledger.breach(f"a writer gave up: {error!r}")
            raise

    def write(self) -> bool:
        """One text, sent until it arrived; False where the writer was stopped before."""
        if self.written >= POSTS_OF_A_MEMBER:
            self.member, self.written = next(self.members), 0
            if not self._log_in():
                self.written = POSTS_OF_A_MEMBER
                return False
        self.written += 1
        form = self._open_form()
        return form is not None and self._send(form)

    def _log_in(self) -> bool:
        number = self.member
        self.visitor = Visitor(self.port, f"127.{1 + number // 62500}.{number // 250 % 250}.{1 + number % 250}")
        while not self.stopped.is_set():
            page = self._patiently(lambda: self.visitor.get("/compte/login/"))
            form = page and page.form_with("password")
            if form is None:
                continue
            fields = form.fields | {"login": f"auteur{number:05}@example.org", "password": PASSWORD}
            page = self._patiently(lambda fields=fields: self.visitor.post("/compte/login/", fields))
            if page is not None and page.status == 302:
                self.logged_in_at = time.monotonic()
                return True
            if page is not None and page.status not in (429, 503):
                self.ledger.breach(f"log-in answered {page.status}")
                return False
        return False

    def _open_form(self) -> Form | None:
        while not self.stopped.is_set():
            path = self._place()
            page = self._patiently(lambda path=path: self.visitor.get(path))
            if page is None:
                continue
            form = page.form_with("text")
            if page.status == 200 and form is not None:
                return form
            if page.status >= 500 and page.status != 503:
                self.ledger.breach(f"a form's page answered {page.status}")
            self._pause()
        return None

    def _place(self) -> str:
        answers = self.ledger.published
        if answers and self.written <= PUBLISHED_AT_ONCE and self.chance.random() < SHARE_OF_REPLIES:
            return f"/reponses/{self.chance.choice(answers[-200:])}/repondre/"
        return f"/questions/{self.chance.choice(self.questions)}/repondre/"

    def _send(self, form: Form) -> bool:
        mark = f"m{secrets.token_hex(12)}"
        text = f"{' '.join(self.chance.choices(WORDS, k=self.chance.randint(5, 60)))} {mark} fin."
        fields = form.fields | {"text": text}
        self.ledger.send(mark, text)
        while not self.stopped.is_set():
            try:
                page = self.visitor.post(form.action, fields)
            except Broken:
                self.ledger.count("broken")
                self._pause()
                continue
            if arrived := page.status == 302 and ARRIVED.fullmatch(page.headers["Location"]):
                self.ledger.acknowledge(mark)
                if self.written <= PUBLISHED_AT_ONCE and "/questions/" in form.action:
                    self.ledger.published.append(int(arrived[1]))
                return True
            given_back = self._given_back(page, text)
            if given_back is None:
                return False
            if page.status == 403:  # his session has run out
                if not self._log_in():
                    return False
                given_back["csrfmiddlewaretoken"] = self._token()
            fields = given_back
            self._pause()
        return False

    def _given_back(self, page: Page, text: str) -> dict[str, str] | None:
        """What the page of a refusal gives back to be sent again; None, and a breach, where it does not."""
        form = page.form_with("text")
        back = form is not None and form.fields["text"] == text
        if page.status in (503, 429) and back and page.headers.get("Retry-After", "").isdigit():
            self.ledger.count("refused")
            return form.fields
        if page.status == 403 and back and self.logged_in_at < self.ledger.clock_was_right_since:
            self.ledger.count("logged out")
            return form.fields
        self.ledger.breach(f"a post answered {page.status}, the text {'' if back else 'not '}in it")
        return None

    def _token(self) -> str:
        form = self._open_form()
        return form.fields["csrfmiddlewaretoken"] if form else ""

    def _patiently(self, ask) -> Page | None:
        try:
            page = ask()
        except Broken:
            self._pause()
            return None
        if page.status == 503:
            self._pause()
        return page

    def _pause(self) -> None:
        time.sleep(self.wait)
