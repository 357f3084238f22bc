"""Every place of the site where somebody's words are shown again, each with the way to it in a browser.

A place is a function that opens pages one after the other and yields whenever one stands there to be looked
at. What is sent by a form is sent by a real one, so that the browser makes a page of the answer.
"""

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from forum.models import Answer
from forum.text.clean import clean_text

from .hostile import ALL, NOTES, PIECES, SHEETS, Hostile

ENOUGH = 300  # different injections that a place must have shown
SEND = """([path, fields]) => {
    const form = document.createElement("form");
    form.method = "post";
    form.action = path;
    for (const [name, value] of fields) {
        const box = document.createElement("textarea");
        box.name = name;
        box.value = value;
        form.append(box);
    }
    document.body.append(form);
    form.submit();
}"""
WRITE = "(box, text) => { box.value = text; }"
ASKED = quote(ALL.replace("\0", "").encode("utf-8", "replace"))

Visit = Callable[..., Iterator[None]]


@dataclass(frozen=True)
class Place:
    visit: Visit
    member: str  # who looks, by the name he has in `Hostile`; empty for a visitor
    least: int  # different injections to be seen there; names and excerpts hold but the short ones

    @property
    def name(self) -> str:
        return self.visit.__name__


PLACES: list[Place] = []


def place(*members: str, least: int = ENOUGH) -> Callable[[Visit], Visit]:
    def known(visit: Visit) -> Visit:
        PLACES.extend(Place(visit, member, least) for member in members)
        return visit

    return known


def from_page_to_page(page, address: str) -> Iterator[None]:
    """A list from its first page to its last."""
    page.goto(address)
    yield
    while (later := page.locator(".pager__next")).count():
        page.goto(later.first.evaluate("link => link.href"))
        yield


def send(page, path: str, *fields: tuple[str, str], token: str | None = None) -> None:
    """Open the answer to a form. Its token is one of the page that is open."""
    if token is None:
        token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    with page.expect_navigation():
        page.evaluate(SEND, [path, [("csrfmiddlewaretoken", token), *fields]])


def a_key() -> tuple[str, str]:
    return ("key", str(uuid.uuid4()))


# --- What is read ---


@place("", "alice", "mona")
def thread(page, forum: Hostile):
    yield from from_page_to_page(page, forum.question.get_absolute_url())


@place("")
def newest_first(page, forum: Hostile):
    yield from from_page_to_page(page, f"{forum.question.get_absolute_url()}?tri=recentes")


@place("", "bob")
def permalink(page, forum: Hostile):
    for answer in forum.sheets:
        page.goto(answer.get_absolute_url())
        yield


@place("", "alice")
def article(page, forum: Hostile):
    page.goto(forum.article.get_absolute_url())
    yield


@place("")
def front_page(page, forum: Hostile):
    page.goto("/")
    yield


@place("", least=60)  # as many as there are reasons and pieces in their explanations
def rules(page, forum: Hostile):
    page.goto("/regles/")
    yield


@place("alice")
def own_answers(page, forum: Hostile):
    yield from from_page_to_page(page, "/mes-reponses/")


@place("alice")
def notices_of_decisions(page, forum: Hostile):
    yield from from_page_to_page(page, "/avis/")


@place("bob")
def notices_of_measures_and_replies(page, forum: Hostile):
    yield from from_page_to_page(page, "/avis/")


@place("mona")
def queue(page, forum: Hostile):
    yield from from_page_to_page(page, "/moderation/")


@place("mona")
def journal(page, forum: Hostile):
    yield from from_page_to_page(page, "/moderation/journal/")


@place("mona")
def cases(page, forum: Hostile):
    for answer in [*forum.sheets, *forum.edits, forum.returned[0]]:
        page.goto(f"/moderation/reponses/{answer.pk}/")
        yield


@place("mona", least=20)  # excerpts, and the question that is filtered by
def verdict_on_all_that_a_filter_finds(page, forum: Hostile):
    latest = str(2**40)
    for query, verb in (("", "publish"), (f"?question={forum.question.pk}", "refuse")):
        page.goto("/moderation/")
        until = [("newest_case", latest), ("newest_text", latest), ("known", latest)]
        send(page, f"/moderation/decider/{query}", ("whole", "1"), ("verb", verb), *until)
        page.locator("#concernees").wait_for()
        yield


# --- What is asked for in the address ---


@place("", "mona", least=0)
def asked_in_the_address(page, forum: Hostile):
    """None of these pages has a reason to show what they were asked for; the log-in sends it on."""
    thread = forum.question.get_absolute_url()
    for address in (thread, forum.article.get_absolute_url(), "/mes-reponses/", "/avis/"):
        page.goto(f"{address}?tri={ASKED}&avant={ASKED[:9000]}&apres=x%22%3E&next={ASKED[:9000]}")
        yield
    page.goto(f"/{ASKED[:5000]}/?{ASKED}")
    yield


@place("")
def next_after_an_account_page(page, forum: Hostile):
    for address in ("/compte/login/", "/compte/signup/", "/compte/password/reset/", "/admin/login/"):
        page.goto(f"{address}?next={ASKED}")
        yield


@place("mona")
def filters_of_the_queue(page, forum: Hostile):
    names = ["article", "question", "motif", "tri", "qui", "apres", "par", "decision"]
    for address in ("/moderation/", "/moderation/journal/"):
        page.goto(f"{address}?{'&'.join(f'{name}={quote(PIECES[0])}' for name in names)}")
        yield


@place("ada")
def search_of_the_admin(page, forum: Hostile):
    for name in ("answer", "decision", "member"):
        page.goto(f"/admin/forum/{name}/?q={ASKED}")
        yield


# --- The writing boxes ---


@place("alice")
def kept_draft(page, forum: Hostile):
    for address in (forum.drafted.get_absolute_url(), f"/questions/{forum.drafted.pk}/repondre/"):
        page.goto(address)
        yield


@place("alice", "")
def draft_of_the_browser(page, forum: Hostile):
    """What `writing.js` kept is put back by a script, in an empty box and over a text to mend."""
    address = f"/questions/{forum.question.pk}/repondre/"
    page.goto(address)
    yield
    member = page.evaluate("document.body.dataset.member || 'anonyme'")
    _keep_in_the_browser(page, f"brouillon:{member}:{address}", text=ALL)
    page.goto(address)
    assert "hit(400)" in page.locator("textarea[name=text]").input_value()
    yield
    if member != "anonyme":
        answer = forum.returned[0]
        address = f"/reponses/{answer.pk}/modifier/"
        _keep_in_the_browser(page, f"brouillon:{member}:{address}", text=ALL, seen=str(answer.latest_id))
        page.goto(address)
        page.get_by_text("Voici la modification").wait_for()
        yield


def _keep_in_the_browser(page, name: str, **draft: str) -> None:
    kept = json.dumps(draft | {"key": str(uuid.uuid4())})
    page.evaluate("([name, kept]) => localStorage.setItem(name, kept)", [name, kept])


@place("alice")
def box_to_reply_in(page, forum: Hostile):
    for answer in forum.sheets:
        page.goto(f"/reponses/{answer.pk}/repondre/")
        yield


@place("alice")
def box_brought_by_htmx(page, forum: Hostile):
    """The box under an answer, its preview, and what it is told."""
    for answer, text in zip(forum.sheets, SHEETS, strict=True):
        page.goto(answer.get_absolute_url())
        page.locator(f"#reponse-{answer.pk} > [data-ugc] ~ a").first.click()
        form = page.locator(f"#sous-{answer.pk} form")
        form.locator("textarea").evaluate(WRITE, text)
        form.locator("[name=preview]").click()
        form.locator(".writing__preview").wait_for()
        yield
    form.locator("textarea").evaluate(WRITE, ALL)
    form.locator(".button--main").click()
    form.locator("[role=alert]").wait_for()
    yield


@place("alice")
def box_to_edit_in(page, forum: Hostile):
    path, seen = f"/reponses/{forum.returned[0].pk}/modifier/", ("seen", str(forum.returned[0].latest_id))
    page.goto(path)
    yield
    send(page, path, ("text", ALL), a_key(), seen)  # too long: 422
    yield
    for text in SHEETS:
        send(page, path, ("text", text), a_key(), seen, ("preview", "1"))
        yield
    send(page, path, ("text", SHEETS[1]), a_key(), ("seen", "1"))  # 409
    yield


@place("alice")
def text_that_is_refused(page, forum: Hostile):
    path = f"/questions/{forum.question.pk}/repondre/"
    earlier = ("key", str(Answer.objects.filter(author=forum.alice, question=forum.question).first().key))
    page.goto("/compte/logout/")
    send(page, path, ("text", ALL), a_key())  # 422
    yield
    for text in SHEETS:
        send(page, path, ("text", text), a_key(), ("preview", "1"))
        yield
        send(page, path, ("text", text), earlier)  # 409: the form has served for another text
        yield
        send(page, path, ("text", text), a_key())  # 429: she has sent too many in an hour
        yield
    send(page, "/reponses/999999/repondre/", ("text", ALL), a_key())  # 404
    yield


@place("sam")
def text_of_a_suspended_member(page, forum: Hostile):
    page.goto("/compte/logout/")
    for text in SHEETS:
        send(page, f"/questions/{forum.question.pk}/repondre/", ("text", text), a_key())
        yield
    page.goto(f"/reponses/{forum.sheets[0].pk}/signaler/")
    yield


@place("")
def text_of_a_visitor(page, forum: Hostile):
    path = f"/questions/{forum.question.pk}/repondre/"
    for text in SHEETS:
        page.goto("/compte/login/")
        send(page, path, ("text", text), a_key())  # 403: it waits in the session…
        yield
        page.goto(path)  # …and is found again
        yield
    page.goto("/compte/login/")
    edit = f"/reponses/{forum.returned[0].pk}/modifier/"
    send(page, edit, ("text", ALL), a_key(), ("seen", "1"))
    yield


@place("bob")
def page_to_delete_on(page, forum: Hostile):
    for answer in forum.sheets:
        page.goto(f"/reponses/{answer.pk}/supprimer/")
        yield


@place("alice")
def report(page, forum: Hostile):
    for answer in forum.sheets:
        page.goto(f"/reponses/{answer.pk}/signaler/")
        yield
        send(page, page.url, ("remark", ALL))  # 422
        yield
    page.goto(f"/reponses/{forum.edits[1].pk}/signaler/")  # her own
    yield


@place("alice", least=1)  # a name, on a page of its own
def report_of_somebody_with_such_a_name(page, forum: Hostile):
    answer = Answer.objects.filter(author=forum.named).first()
    page.goto(f"/reponses/{answer.pk}/signaler/")
    yield
    page.goto(f"/reponses/{answer.pk}/repondre/")
    yield


# --- The pages of errors, with the text that was sent ---


@place("alice", "")
def errors_that_give_the_text_back(page, forum: Hostile):
    for path in ("/casse/", "/occupe/", "/interdit/"):  # 500, 503, and 403, which keeps nothing
        page.goto("/compte/logout/" if page.is_logged_in else "/compte/login/")
        send(page, path, ("text", ALL), ("key", NOTES[0]), ("seen", NOTES[1]), ("reason", NOTES[2]))
        yield
    page.goto("/")
    path = f"/casse/?{ASKED}"
    send(page, path, ("note", ALL), ("verb", NOTES[0]), ("known", NOTES[1]), token="x" * 64)  # 403
    yield
    page.goto("/")
    send(page, "/casse/", ("remark", ALL), token="x" * 64)
    yield


@place("", "alice")
def read_only_mode(page, forum: Hostile):
    with page.settings_in_force(READ_ONLY=True):
        page.goto("/")
        send(page, f"/questions/{forum.question.pk}/repondre/", ("text", ALL), a_key(), token="x")  # 503
        yield
        page.goto(forum.drafted.get_absolute_url())
        yield


@place("")
def too_many_texts_of_visitors(page, forum: Hostile):
    with page.settings_in_force(ACCOUNT_RATE_LIMITS={"park": "1/10m/ip"}):
        page.goto("/compte/login/")
        for text in (SHEETS[0], SHEETS[0], SHEETS[1]):  # 403, then twice 429
            send(page, f"/questions/{forum.question.pk}/repondre/", ("text", text), a_key())
            yield


# --- Deciding ---


@place("mona")
def decision_without_a_reason(page, forum: Hostile):
    """On a page of its own, and in the queue."""
    page.goto("/compte/logout/")
    seen = [("seen", str(answer.latest_id)) for answer in forum.waiting[:20]]
    send(page, "/moderation/decider/", ("verb", "refuse"), ("note", ALL), *seen)  # 422
    yield
    page.goto("/moderation/?tri=risque")
    case = page.locator("[data-case]").first
    case.locator("textarea").evaluate(WRITE, ALL)
    case.locator("[value=refuse]").click()
    page.locator("[data-case][data-incomplete]").wait_for()
    yield


@place("mona")
def decision_that_comes_too_late(page, forum: Hostile):
    """What is told of a text that stays as it is: alone, and beside one that can be decided."""
    page.goto("/compte/logout/")
    late, other = (("seen", str(answer.latest_id)) for answer in (forum.sheets[0], forum.waiting[0]))
    send(page, "/moderation/decider/", ("verb", "refuse"), late, ("note", ALL))  # 409
    yield
    send(page, "/moderation/decider/", ("verb", "refuse"), late, other, ("note", ALL))  # 422
    yield


@place("mona", least=1)
def decision_told_afterwards(page, forum: Hostile):
    """In the place of the case, and among the moderator's last decisions."""
    page.goto("/moderation/?motif=blocked_phrase")
    case = page.locator("[data-case]").last
    case.get_by_label("Motif").select_option(index=1)
    case.get_by_role("button", name="Rendre").click()
    page.locator("[data-decided]").wait_for()
    yield
    page.goto("/moderation/")
    yield


# --- The admin ---


@place("ada")
def admin_lists(page, forum: Hostile):
    page.goto("/admin/")
    yield
    phrases = ["blockedphrase", "blockedphrase/?p=2", "blockedphrase/?p=3", "blockedphrase/?p=4"]
    for name in ("article", "answer", *phrases, "decision", "member", "reason"):
        page.goto(f"/admin/forum/{name}")
        yield


@place("mona")
def admin_answers(page, forum: Hostile):
    for answer in [*forum.sheets, *forum.edits[::2], forum.returned[0]]:
        page.goto(f"/admin/forum/answer/{answer.pk}/change/")
        yield
    reply = Answer.objects.filter(reply_to=forum.sheets[0]).first()
    page.goto(f"/admin/forum/answer/{reply.pk}/change/")
    yield
    page.goto(f"/admin/forum/answer/{forum.waiting[0].pk}/change/")
    seen = ("seen", str(forum.waiting[0].latest_id))
    send(page, page.url, ("_verb", "refuse"), seen, ("note", ALL), ("reason", "x"))  # 422
    yield


@place("mona")
def admin_decisions(page, forum: Hostile):
    seen = [("seen", str(answer.latest_id)) for answer in forum.waiting[:20]]
    page.goto("/compte/logout/")
    send(page, "/admin/forum/answer/decider/", ("verb", "refuse"), ("note", ALL), *seen)  # 422
    yield
    late = ("seen", str(forum.sheets[0].latest_id))
    send(page, "/admin/forum/answer/decider/", ("verb", "refuse"), late, ("note", ALL))  # 409
    yield
    for decision in forum.returned[0].decisions.all():
        page.goto(f"/admin/forum/decision/{decision.pk}/change/")
        yield


@place("ada")
def admin_members(page, forum: Hostile):
    for member in (forum.bob, forum.named, forum.ada):
        page.goto(f"/admin/forum/member/{member.pk}/change/")
        yield
        send(page, f"/admin/forum/member/{member.pk}/mesure/", ("kind", ALL), ("reason", ALL))
        yield
    send(page, f"/admin/forum/member/{forum.named.pk}/mesure/", ("kind", "hold"), ("reason", clean_text(NOTES[0])))
    yield


@place("ada")
def admin_forms(page, forum: Hostile):
    """What moderators and editors tend themselves: shown, sent back to be mended, and its history."""
    for name, row in (("blockedphrase", forum.phrase), ("reason", forum.reason), ("article", forum.article)):
        page.goto(f"/admin/forum/{name}/{row.pk}/change/")
        yield
        page.goto(f"/admin/forum/{name}/{row.pk}/delete/")
        yield
        page.goto(f"/admin/forum/{name}/add/")
        for field in page.locator("#content-main form :is(input[type=text], textarea)").all():
            field.evaluate(WRITE, PIECES[0] if name == "article" else ALL)  # it has twenty boxes
        with page.expect_navigation():
            page.locator("#content-main form").evaluate("form => form.submit()")
        yield
    page.goto(f"/admin/forum/blockedphrase/{forum.phrase.pk}/history/")
    yield


@place("ada", least=0)
def admin_pages_that_are_not_there(page, forum: Hostile):
    page.goto(f"/admin/forum/answer/{ASKED[:3000]}/change/")
    yield
    page.goto(f"/admin/forum/member/{ASKED[:3000]}/change/?{ASKED}")
    yield


# --- The account ---


@place("")
def forms_of_the_account(page, forum: Hostile):
    sent = [(name, ALL) for name in ("login", "username", "email", "password", "password1", "next", "code")]
    for path in ("/compte/login/", "/compte/signup/", "/compte/password/reset/"):
        page.goto(path)
        send(page, path, *sent)
        yield


@place("alice")
def settings_of_the_account(page, forum: Hostile):
    for path in ("/compte/email/", "/compte/password/change/", "/compte/2fa/webauthn/add/"):
        page.goto(path)
        send(page, path, ("email", ALL), ("action_add", "1"), ("oldpassword", ALL), ("next", ALL), ("name", ALL))
        yield
    page.goto("/compte/2fa/")
    yield
    page.goto("/compte/sessions/")
    yield


@place("alice")
def keys_of_the_account(page, forum: Hostile):
    page.goto("/compte/2fa/webauthn/")
    yield
    for link in ("Renommer", "Retirer"):
        page.goto("/compte/2fa/webauthn/")
        page.get_by_role("link", name=link).first.click()
        page.wait_for_load_state()
        yield


@place("", least=2)
def addresses_of_mail(page, forum: Hostile):
    """Between quotation marks, an address of mail may hold a tag."""
    for number, path in enumerate(("/compte/password/reset/", "/compte/signup/"), 1):
        page.goto(path)
        address = f'"<img/zq/src/onerror=hit({number})>"@evil.example'
        send(page, path, ("email", address), ("username", "zoe"), ("password1", "trois mots choisis"))
        page.get_by_text("Un message est parti").wait_for()
        yield


@place("named", least=1)
def pages_of_somebody_with_such_a_name(page, forum: Hostile):
    for path in ("/mes-reponses/", "/compte/2fa/totp/activate/"):
        page.goto(path)
        yield
