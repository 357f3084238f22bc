"""Mails of notices, sent to a real mail server: none lost, none for what is hidden, each recognisable."""

import re
import signal
import subprocess
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from forum import health
from forum.actions.answers import delete_answer, edit_answer, post_answer
from forum.actions.errors import NotAllowed
from forum.actions.members import sanction
from forum.actions.moderation import decide, undo
from forum.actions.outbox import FIRST_WAIT, LEASE, LONGEST_WAIT, MOST_REFUSALS, send_due
from forum.models import Answer, Decision, Notification, Reason, Sanction
from forum.models.answers import State
from forum.models.notifications import FIRST_TRIES, FURTHEST, NEAR
from forum.tests.cast import make_member
from forum.tests.smtp import TAKEN, Mail, MailServer
from forum.tests.workers import SECONDS, worker

pytestmark = pytest.mark.django_db
Verb = Decision.Verb
LATER = "451 4.3.0 Try later"
NOTE = "Ça mérite mieux : citez l’œuvre, à « 12 °C » près.\n\n— La modération"


@pytest.fixture(autouse=True)
def site(settings) -> None:
    settings.SITE_URL = "https://forum.example.org"
    settings.SITE_NAME = "Et vous ?"


@pytest.fixture
def reason(db) -> Reason:
    return Reason.objects.create(
        code="off_topic", label="Hors sujet", explanation="Votre texte ne répond pas. Revenez à la question."
    )


@pytest.fixture
def post(question):
    def _post(author, text="Je pense que oui, et voici pourquoi.", reply_to=None) -> Answer:
        answer = post_answer(author=author, question=question, text=text, key=uuid.uuid4(), reply_to=reply_to)
        return fresh(answer)

    return _post


@pytest.fixture
def told(post, mona):
    """Post a text and publish it: its author is to be told. Returns the answer and the decision."""

    def _told(author, text="Je pense que oui, et voici pourquoi.") -> tuple[Answer, Decision]:
        answer = post(author, text)
        (decision,) = decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id]).decisions
        return fresh(answer), decision

    return _told


def fresh(answer: Answer) -> Answer:
    return Answer.objects.select_related("latest", "author", "question__article").get(pk=answer.pk)


def edit(answer: Answer, text: str) -> Answer:
    edit_answer(author=answer.author, answer=answer, seen=answer.latest_id, text=text, key=uuid.uuid4())
    return fresh(answer)


def make_due() -> None:
    """As if the wait, or the lease, of what was not sent had passed."""
    Notification.objects.filter(done_at=None).update(next_try_at=timezone.now() - timedelta(seconds=1))


# --- What the mails say --------------------------------------------------------------------------

RETURNED = """\
Bonjour alice,

La modération a relu votre réponse et vous la rend : corrigez-la, puis renvoyez-la. Votre texte est gardé.

Question : Que pensez-vous de son retour ?

Motif : Hors sujet
Votre texte ne répond pas. Revenez à la question.

Mot de la modération :
Ça mérite mieux : citez l’œuvre, à « 12 °C » près.

— La modération

La corriger et la renvoyer : https://forum.example.org/mes-reponses/#reponse-{pk}

Et vous ?
"""
PUBLISHED = """\
Bonjour alice,

La modération a relu votre réponse : elle est publiée.

Question : Que pensez-vous de son retour ?

La lire sur la page : https://forum.example.org/reponses/{pk}/

Et vous ?
"""
REPLIED = """\
Bonjour alice,

eddy a répondu à ce que vous avez écrit sous cette question :
Que pensez-vous de son retour ?

Sa réponse :
Pas d’accord du tout : « œuvre » de 1984.

La lire sur la page : https://forum.example.org/reponses/{pk}/

Et vous ?
"""


def test_author_is_told_of_a_returned_text_with_reason_note_and_the_way_to_mend_it(
    mail_server, alice, mona, post, reason
):
    answer = post(alice)
    decide(by=mona, verb=Verb.RETURN, seen=[answer.latest_id], reason=reason, note=NOTE)
    assert send_due() == (1, 0)
    (mail,) = mail_server.arrived
    assert (mail.to, mail.message["Subject"]) == ("alice@example.org", "Votre réponse est à corriger")
    assert mail.text == RETURNED.format(pk=answer.pk)
    assert mail.message["Auto-Submitted"] == "auto-generated"


def test_author_is_told_of_a_published_text(mail_server, alice, told):
    answer, _ = told(alice)
    send_due()
    (mail,) = mail_server.arrived
    assert mail.message["Subject"] == "Votre réponse est publiée"
    assert mail.text == PUBLISHED.format(pk=answer.pk)


def test_who_is_replied_to_is_told_once_and_nobody_else(mail_server, alice, eddy, told, post):
    answer, _ = told(alice)
    send_due()
    mail_server.arrived.clear()
    reply = post(eddy, "Pas **d’accord** du tout : « œuvre » de 1984.", reply_to=answer)
    post(eddy, "Eddy se répond à lui-même.", reply_to=reply)
    edit(reply, "Pas d’accord du tout : « œuvre » de 1984.")
    assert send_due() == (1, 0)
    (mail,) = mail_server.arrived
    assert (mail.to, mail.message["Subject"]) == ("alice@example.org", "eddy vous a répondu")
    assert mail.text == REPLIED.format(pk=reply.pk)


DECISIONS = [  # what came before, the verb, subject, a sentence
    ([], Verb.PUBLISH, "Votre réponse est publiée", "elle est publiée"),
    ([], Verb.RETURN, "Votre réponse est à corriger", "corrigez-la"),
    ([], Verb.REFUSE, "Votre réponse n’est pas publiée", "ne l’a pas publiée"),
    ([Verb.PUBLISH], Verb.WITHDRAW, "Votre réponse est retirée", "ne la voient plus"),
    ([Verb.PUBLISH, Verb.WITHDRAW], Verb.RESTORE, "Votre réponse est de nouveau publiée", "a rétabli"),
    ([Verb.REFUSE], Verb.OVERTURN, "Votre réponse est finalement publiée", "votre réponse est publiée"),
    ([Verb.RETURN], Verb.OVERTURN, "Votre réponse est finalement publiée", "votre réponse est publiée"),
    (
        [Verb.PUBLISH, "edit", Verb.REFUSE],
        Verb.OVERTURN,
        "Votre modification est finalement publiée",
        "la place de la précédente",
    ),
    ([Verb.PUBLISH, "edit"], Verb.PUBLISH, "Votre modification est publiée", "la place de la précédente"),
    ([Verb.PUBLISH, "edit"], Verb.RETURN, "Votre modification est à corriger", "version précédente reste"),
    ([Verb.PUBLISH, "edit"], Verb.REFUSE, "Votre modification n’est pas publiée", "version précédente reste"),
]


@pytest.mark.parametrize(("before", "verb", "subject", "sentence"), DECISIONS)
def test_author_is_told_of_every_decision(
    mail_server, alice, mona, post, reason, before, verb, subject, sentence, in_favour
):
    answer = post(alice)
    for step in before:
        if step == "edit":
            answer = edit(answer, "Une autre version.")
        else:
            decide(by=mona, verb=step, seen=[answer.latest_id], reason=reason)
            answer = fresh(answer)
    send_due()
    mail_server.arrived.clear()
    reason = in_favour if verb in (Verb.OVERTURN, Verb.RESTORE) else reason
    decide(by=mona, verb=verb, seen=[answer.latest_id], reason=reason, note=NOTE)
    assert send_due() == (1, 0)
    (mail,) = mail_server.arrived
    assert mail.message["Subject"] == subject
    assert sentence in mail.text
    motive = f"Motif\u202f: {reason.label}\n{reason.explanation}\n"
    assert (motive in mail.text) is (verb != "publish")
    assert f"Mot de la modération\u202f:\n{NOTE}\n" in mail.text
    assert "\n\n\n" not in mail.text
    assert mail.text.startswith("Bonjour alice,\n\n")
    assert mail.text.endswith("\n\nEt vous ?\n")


@pytest.mark.parametrize("verb", [Verb.RETURN, Verb.REFUSE, Verb.WITHDRAW])
def test_how_to_mend_it_is_told_to_who_can_send_it_again(mail_server, alice, mona, post, reason, client_of, verb):
    reason.remedy = "Rattachez-la à la question."
    reason.save()
    answer = post(alice)
    if verb == Verb.WITHDRAW:
        decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id])
    decide(by=mona, verb=verb, seen=[answer.latest_id], reason=reason)
    send_due()
    for said in (mail_server.arrived[-1].text, *(client_of(alice).get(url).text for url in OWN_PAGES)):
        assert "Votre texte ne répond pas." in said
        assert (reason.remedy in said) is (verb == Verb.RETURN)


OWN_PAGES = ["/mes-reponses/", "/avis/"]


UNDONE = [  # what came before, the verb taken back, a sentence, the last line
    ([], Verb.PUBLISH, "votre réponse est de nouveau en attente.", "La retrouver dans vos réponses"),
    ([], Verb.REFUSE, "votre réponse est de nouveau en attente.", "La retrouver dans vos réponses"),
    ([Verb.RETURN], Verb.OVERTURN, "votre réponse est de nouveau à corriger.", "La corriger et la renvoyer"),
    ([Verb.PUBLISH], Verb.WITHDRAW, "votre réponse est de nouveau publiée.", "La lire sur la page"),
]


@pytest.mark.parametrize(("before", "verb", "sentence", "way"), UNDONE)
def test_author_who_was_told_hears_that_a_decision_was_taken_back(
    mail_server, alice, mona, post, reason, in_favour, before, verb, sentence, way
):
    answer = post(alice)
    for step in before:
        decide(by=mona, verb=step, seen=[answer.latest_id], reason=reason)
    why = in_favour if verb == Verb.OVERTURN else reason
    (decision,) = decide(by=mona, verb=verb, seen=[answer.latest_id], reason=why).decisions
    send_due()
    undo(by=mona, decision=decision)
    assert send_due() == (1, 0)
    mail = mail_server.arrived[-1]
    assert mail.message["Subject"] == "La décision sur votre réponse a changé"
    assert sentence in mail.text
    assert f"\n{way}\u202f: https://forum.example.org/" in mail.text


def test_mail_about_what_is_no_longer_so_is_not_sent(mail_server, alice, mona, post, reason, in_favour):
    answer = post(alice)
    decide(by=mona, verb=Verb.PUBLISH, seen=[answer.latest_id])
    decide(by=mona, verb=Verb.WITHDRAW, seen=[answer.latest_id], reason=reason)
    send_due()
    decide(by=mona, verb=Verb.RESTORE, seen=[answer.latest_id], reason=in_favour)
    (again,) = decide(by=mona, verb=Verb.WITHDRAW, seen=[answer.latest_id], reason=reason).decisions
    undo(by=mona, decision=again)  # nobody heard of it: the restoring is the last word once more
    send_due()
    assert [mail.message["Subject"] for mail in mail_server.arrived] == [
        "Votre réponse est retirée",
        "Votre réponse est de nouveau publiée",
    ]
    assert not Notification.objects.to_send().exists()


def test_a_long_note_on_one_line_arrives_whole(mail_server, alice, mona, post, reason):
    note = "Désolée, « ça » ne va pas – voilà pourquoi… " * 45
    answer = post(alice)
    decide(by=mona, verb=Verb.RETURN, seen=[answer.latest_id], reason=reason, note=note.strip())
    send_due()
    assert note.strip() in mail_server.arrived[0].text
    assert max(map(len, mail_server.arrived[0].content.split(b"\r\n"))) <= 998


# --- What is not sent ----------------------------------------------------------------------------


def test_report_that_led_to_nothing_and_own_deletion_are_no_news(mail_server, alice, mona, told, reason, in_favour):
    answer, _ = told(alice)
    send_due()
    mail_server.arrived.clear()
    decide(by=mona, verb=Verb.KEEP, seen=[answer.latest_id], reason=in_favour)
    delete_answer(author=alice, answer=answer)
    assert send_due() == (0, 0)
    assert mail_server.arrived == []


@pytest.mark.parametrize("what", ["reply withdrawn", "reply deleted"])
def test_nobody_hears_of_a_reply_that_is_hidden_meanwhile(mail_server, alice, mona, eddy, told, post, reason, what):
    parent, _ = told(alice)
    send_due()
    mail_server.arrived.clear()
    reply = post(eddy, "Un secret.", reply_to=parent)
    if what == "reply deleted":
        delete_answer(author=eddy, answer=reply)
    else:
        decide(by=mona, verb=Verb.WITHDRAW, seen=[reply.latest_id], reason=reason)
    send_due()
    assert not any("Un secret." in mail.text or mail.to == alice.email for mail in mail_server.arrived)
    assert not Notification.objects.to_send().exists()


def test_reply_that_comes_back_before_its_mail_is_told(
    mail_server, alice, mona, eddy, told, post, reason, in_favour
):
    parent, _ = told(alice)
    reply = post(eddy, "Finalement visible.", reply_to=parent)
    decide(by=mona, verb=Verb.WITHDRAW, seen=[reply.latest_id], reason=reason)
    decide(by=mona, verb=Verb.RESTORE, seen=[reply.latest_id], reason=in_favour)
    send_due()
    assert [mail.message["Subject"] for mail in mail_server.arrived if mail.to == alice.email] == [
        "Votre réponse est publiée",
        "eddy vous a répondu",
    ]


@pytest.mark.parametrize("what", ["undone", "deleted", "banned"])
def test_decision_that_no_longer_holds_is_not_sent(mail_server, alice, mona, told, what):
    answer, decision = told(alice)
    if what == "undone":
        undo(by=mona, decision=decision)
    elif what == "deleted":
        delete_answer(author=alice, answer=answer)
    else:
        sanction(by=mona, member=alice, kind=Sanction.Kind.BAN, reason="Menaces.")
    send_due()
    assert not [mail for mail in mail_server.arrived if "réponse est publiée" in mail.message["Subject"]]
    assert not Notification.objects.to_send().exists()
    assert not Notification.objects.filter(decision=decision, was_sent=True).exists()


# --- Measures about a member ---------------------------------------------------------------------

SUSPENDED = """\
Bonjour alice,

La modération a suspendu votre compte jusqu’au 31 décembre 2999 à 18 h. D’ici là, vous pouvez lire et \
supprimer vos réponses, mais ni publier ni signaler.

Motif :
Trois insultes.

La dernière hier.

Nos règles : https://forum.example.org/regles/
Pour contester cette mesure, écrivez à redaction@example.org.

Et vous ?
"""
Measure = Sanction.Kind
FAR_AHEAD = datetime(2999, 12, 31, 17, tzinfo=UTC)
MEASURES = [  # what came before, the measure, subject, a sentence, whether it can be contested
    ([], Measure.SUSPEND, "Votre compte est suspendu", "suspendu votre compte jusqu’au 31 décembre 2999", True),
    ([Measure.SUSPEND], Measure.UNSUSPEND, "Votre compte n’est plus suspendu", "de nouveau publier", False),
    ([], Measure.BAN, "Votre compte est fermé", "ne permet plus de se connecter", True),
    ([Measure.BAN], Measure.UNBAN, "Votre compte est rouvert", "de nouveau vous connecter", False),
]


def take_measure(mona, member, kind: str, reason: str = "Trois insultes.") -> Sanction:
    until = FAR_AHEAD if kind == Measure.SUSPEND else None
    return sanction(by=mona, member=member, kind=kind, reason=reason, until=until)


def test_member_is_told_of_a_suspension_with_its_end_its_reason_and_the_way_to_contest_it(
    mail_server, settings, alice, mona
):
    settings.CONTACT_EMAIL = "redaction@example.org"
    take_measure(mona, alice, Measure.SUSPEND, "Trois insultes.\n\nLa dernière hier.")
    assert send_due() == (1, 0)
    (mail,) = mail_server.arrived
    assert (mail.to, mail.message["Subject"]) == ("alice@example.org", "Votre compte est suspendu")
    assert spaced(mail.text) == SUSPENDED


def spaced(text: str) -> str:
    """With plain spaces: what else the no-break ones are is tested with what sets them."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("before", "kind", "subject", "sentence", "contested"), MEASURES)
def test_member_is_told_of_every_measure_that_opens_or_closes(
    mail_server, client_of, alice, mona, before, kind, subject, sentence, contested
):
    for earlier in before:
        take_measure(mona, alice, earlier)
    send_due()
    mail_server.arrived.clear()
    take_measure(mona, alice, kind, "Le motif <b>exact</b>.")
    assert send_due() == (1, 0)
    (mail,) = mail_server.arrived
    assert (mail.to, mail.message["Subject"]) == (alice.email, subject)
    assert sentence in spaced(mail.text)
    assert "\nMotif\u202f:\nLe motif <b>exact</b>.\n" in mail.text
    assert ("Pour contester cette mesure" in mail.text) is contested
    assert "\n\n\n" not in mail.text
    assert mail.text.endswith("\n\nEt vous ?\n")


def test_member_reads_in_the_site_why_he_is_suspended(client_of, alice, bob, mona):
    take_measure(mona, alice, Measure.SUSPEND, "Le motif <b>exact</b>.")
    assert 'masthead__unread">1<' in client_of(alice).get("/").text
    notices = client_of(alice).get("/avis/").text
    assert "Votre compte a été suspendu jusqu’au 31 décembre 2999 à 18 h." in spaced(notices)
    assert "Le motif &lt;b&gt;exact&lt;/b&gt;." in notices
    assert "Pour contester cette mesure" in notices
    assert "mona" not in notices
    assert "exact" not in client_of(bob).get("/avis/").text
    take_measure(mona, alice, Measure.UNSUSPEND, "Des excuses.")
    notices = client_of(alice).get("/avis/").text
    assert notices.index("La suspension de votre compte a été levée.") < notices.index("a été suspendu")


@pytest.mark.parametrize("kind", [Measure.HOLD, Measure.UNHOLD])
def test_being_read_first_is_told_with_each_text_and_not_by_a_notice(mail_server, alice, mona, kind):
    take_measure(mona, alice, kind)
    assert send_due() == (0, 0)
    assert not Notification.objects.exists()


@pytest.mark.parametrize(
    ("first", "second", "subject"),
    [
        (Measure.SUSPEND, Measure.UNSUSPEND, "Votre compte n’est plus suspendu"),
        (Measure.SUSPEND, Measure.SUSPEND, "Votre compte est suspendu"),
        (Measure.BAN, Measure.UNBAN, "Votre compte est rouvert"),
    ],
)
def test_mail_of_a_measure_that_another_has_followed_is_not_sent(mail_server, alice, mona, first, second, subject):
    take_measure(mona, alice, first, "La première.")
    take_measure(mona, alice, second, "La seconde.")
    assert send_due() == (1, 0)
    (mail,) = mail_server.arrived
    assert mail.message["Subject"] == subject
    assert "La seconde." in mail.text
    assert not Notification.objects.to_send().exists()


def test_banned_member_hears_of_the_ban_and_of_nothing_else(mail_server, alice, mona, told, post):
    told(alice)
    take_measure(mona, alice, Measure.SUSPEND)
    take_measure(mona, alice, Measure.BAN)
    assert send_due() == (1, 0)
    assert [mail.message["Subject"] for mail in mail_server.arrived] == ["Votre compte est fermé"]
    assert not Notification.objects.to_send().exists()


def test_a_ban_that_the_mail_server_refused_is_told_later(mail_server, alice, mona):
    take_measure(mona, alice, Measure.BAN)
    mail_server.reply = lambda mail: LATER
    assert send_due() == (0, 1)
    mail_server.reply = lambda mail: TAKEN
    make_due()
    assert send_due() == (1, 0)
    first, second = mail_server.arrived
    assert (first.message_id, first.text) == (second.message_id, second.text)


def test_measure_that_was_not_taken_is_not_told(mail_server, mona, ada):
    with pytest.raises(NotAllowed):
        take_measure(mona, ada, Measure.BAN)
    assert send_due() == (0, 0)
    assert not Notification.objects.exists()


# --- When the mail server fails ------------------------------------------------------------------


def test_mail_server_down_loses_nothing(mail_server, settings, alice, bob, told):
    told(alice)
    told(bob)
    mail_server.stop()
    before = timezone.now()
    assert send_due() == (0, 2)
    assert send_due() == (0, 0)
    for notice in Notification.objects.all():
        assert (notice.done_at, notice.tries) == (None, 1)
        assert before + FIRST_WAIT <= notice.next_try_at <= timezone.now() + FIRST_WAIT
    make_due()
    again = MailServer()
    settings.EMAIL_PORT = again.port
    assert send_due() == (2, 0)
    assert [mail.to for mail in again.arrived] == ["alice@example.org", "bob@example.org"]
    again.stop()


def test_waits_grow_but_a_mail_that_may_go_later_is_never_given_up(mail_server, alice, told):
    told(alice)
    mail_server.reply = lambda mail: LATER
    waits = []
    for _ in range(14):
        make_due()
        assert send_due() == (0, 1)
        waits.append(Notification.objects.get().next_try_at - timezone.now())
    assert [round(wait / FIRST_WAIT) for wait in waits[:5]] == [1, 2, 4, 8, 16]
    assert all(LONGEST_WAIT - timedelta(minutes=1) < wait <= LONGEST_WAIT for wait in waits[-5:])


def unknown_recipient(server: MailServer) -> None:
    server.unknown.add("alice@example.org")


def unwanted_text(server: MailServer) -> None:
    server.reply = lambda mail: "554 5.7.1 No"


@pytest.mark.parametrize("refuse", [unknown_recipient, unwanted_text])
def test_mail_that_is_refused_for_good_is_given_up(mail_server, alice, told, caplog, refuse):
    told(alice)
    refuse(mail_server)
    for _ in range(MOST_REFUSALS - 1):
        make_due()
        assert send_due() == (0, 1)
    assert Notification.objects.get().done_at is None
    make_due()
    assert send_due() == (0, 0)
    notice = Notification.objects.get()
    assert (notice.was_sent, notice.tries) == (False, MOST_REFUSALS)
    assert notice.done_at is not None
    assert len(caplog.records) == MOST_REFUSALS
    for record in caplog.records:
        assert record.exc_info is None
        assert re.search(r"was refused; try \d+: 55\d 5\.", record.getMessage())


def test_mail_server_that_takes_nothing_from_us_loses_nothing(mail_server, alice, told):
    """A wrong sender or password is ours to mend: no mail is given up for it."""
    told(alice)
    mail_server.refuses_sender = True
    for _ in range(MOST_REFUSALS + 1):
        make_due()
        assert send_due() == (0, 1)
    mail_server.refuses_sender = False
    make_due()
    assert send_due() == (1, 0)


@pytest.mark.parametrize("answer", [LATER, "554 5.7.1 No"])
def test_refused_mail_is_sent_again_under_the_same_message_id(mail_server, alice, told, answer):
    told(alice)
    mail_server.reply = lambda mail: answer
    assert send_due() == (0, 1)
    mail_server.reply = lambda mail: TAKEN
    make_due()
    assert send_due() == (1, 0)
    first, second = mail_server.arrived
    assert first.message_id == second.message_id
    assert first.message_id.endswith("@forum.example.org>")
    assert first.text == second.text


def test_each_mail_has_a_message_id_of_its_own(mail_server, alice, bob, told):
    told(alice)
    told(bob)
    send_due()
    assert len({mail.message_id for mail in mail_server.arrived}) == 2


def test_line_cut_in_the_middle_of_a_mail_is_tried_again(mail_server, alice, bob, told):
    told(alice)
    mail_server.dies_in_mail = True
    assert send_due() == (0, 1)
    assert mail_server.arrived == []
    mail_server.dies_in_mail = False
    make_due()
    assert send_due() == (1, 0)
    assert [mail.to for mail in mail_server.arrived] == ["alice@example.org"]


def test_server_that_never_answers_is_left_after_a_while(mail_server, settings, alice, told):
    settings.EMAIL_TIMEOUT = 0.3
    told(alice)
    enough = threading.Event()
    mail_server.reply = lambda mail: enough.wait(SECONDS) and TAKEN
    assert send_due() == (0, 1)
    enough.set()
    assert Notification.objects.get().done_at is None


@pytest.mark.parametrize("tries", [0, 1, 3, 9])
@pytest.mark.parametrize("ahead", [timedelta(minutes=30), timedelta(hours=1), timedelta(days=400)])
def test_mail_dated_by_a_clock_that_was_ahead_goes_when_it_is_set_right(mail_server, alice, told, ahead, tries):
    """Unless it has failed so often that it waits for hours by a right clock too."""
    told(alice)
    dated = timezone.now() + ahead
    Notification.objects.update(created_at=dated, next_try_at=dated, tries=tries)
    if tries > FIRST_TRIES and ahead < FURTHEST:
        assert send_due() == (0, 0)
        return
    assert health.WORK["mails"]().startswith("the oldest has been due for 0 minutes")
    assert send_due() == (1, 0)
    assert send_due() == (0, 0)


def test_no_mail_waits_longer_than_a_right_clock_lets_it():
    assert max(LEASE, LONGEST_WAIT) + timedelta(minutes=30) < FURTHEST
    assert max(LEASE, FIRST_WAIT * 2 ** (FIRST_TRIES - 1)) + timedelta(minutes=5) <= NEAR


def test_one_bad_address_does_not_stop_the_others(mail_server, alice, bob, told):
    for member in (alice, bob, make_member("carole")):
        told(member)
    mail_server.unknown.add(bob.email)
    assert send_due() == (2, 1)
    assert [mail.to for mail in mail_server.arrived] == ["alice@example.org", "carole@example.org"]
    assert Notification.objects.get(done_at=None).recipient == bob


# --- Workers -------------------------------------------------------------------------------------


def test_command_sends_all_that_is_due_whatever_leads_the_queue(mail_server, alice, bob, told, monkeypatch, capsys):
    monkeypatch.setattr("forum.actions.outbox.BATCH", 2)
    for number in range(4):
        answer, _ = told(alice, f"Un texte qu’elle reprend {number}.")
        delete_answer(author=alice, answer=answer)
    for number in range(3):
        told(bob, f"Un texte qui reste {number}.")
    call_command("send_notifications")
    assert "3 sent, 0 to try again later." in capsys.readouterr().out
    assert [mail.to for mail in mail_server.arrived] == ["bob@example.org"] * 3


def test_two_workers_at_once_send_each_mail_once(mail_server, alice, bob, told, concurrent):
    for author in (alice, bob):
        for number in range(3):
            told(author, f"Texte {number}, qui est publié.")
    first, second, third = concurrent(send_due, send_due, send_due)
    assert first[0] + second[0] + third[0] == 6
    assert (first[1], second[1], third[1]) == (0, 0, 0)
    assert len({mail.message_id for mail in mail_server.arrived}) == len(mail_server.arrived) == 6


def test_author_hears_of_an_undoing_that_overtakes_the_mail(mail_server, alice, mona, told, transactional_db):
    """The mail is with the server, not yet marked as sent: it will arrive, so it must be corrected."""
    _, decision = told(alice)

    def undone_meanwhile(mail: Mail) -> str:
        mail_server.reply = lambda mail: TAKEN
        try:
            undo(by=mona, decision=decision)
        finally:
            connection.close()
        return TAKEN

    mail_server.reply = undone_meanwhile
    assert send_due() == (1, 0)
    assert send_due() == (1, 0)
    subjects = [mail.message["Subject"] for mail in mail_server.arrived]
    assert subjects == ["Votre réponse est publiée", "La décision sur votre réponse a changé"]


def test_worker_killed_after_sending_repeats_under_the_same_message_id(mail_server, alice, told, transactional_db):
    told(alice)
    started: list[subprocess.Popen] = []
    ready = threading.Event()

    def kill(mail: Mail) -> str:
        ready.wait(SECONDS)
        started[0].kill()
        started[0].wait(SECONDS)
        return TAKEN

    mail_server.reply = kill
    with worker(mail_server) as process:
        started.append(process)
        ready.set()
        process.communicate(timeout=SECONDS)
    assert process.returncode == -signal.SIGKILL
    notice = Notification.objects.get()
    assert notice.done_at is None
    assert timezone.now() < notice.next_try_at <= timezone.now() + LEASE
    mail_server.reply = lambda mail: TAKEN
    assert send_due() == (0, 0)  # still in the dead worker's hands
    make_due()
    assert send_due() == (1, 0)
    first, second = mail_server.arrived
    assert first.message_id == second.message_id
    assert first.message["Subject"] == second.message["Subject"]


def test_worker_that_is_told_to_stop_finishes_its_mail_and_leaves_the_others(
    mail_server, alice, told, transactional_db
):
    for number in range(3):
        told(alice, f"Texte {number}, qui est publié.")
    arrived, go_on = threading.Event(), threading.Event()

    def wait(mail: Mail) -> str:
        arrived.set()
        go_on.wait(SECONDS)
        return TAKEN

    mail_server.reply = wait
    with worker(mail_server, "--forever") as process:
        assert arrived.wait(SECONDS)
        process.send_signal(signal.SIGTERM)
        go_on.set()
        said, complaints = process.communicate(timeout=SECONDS)
    assert (process.returncode, complaints) == (0, "")
    assert "1 sent, 0 to try again later." in said
    assert len(mail_server.arrived) == 1
    assert Notification.objects.filter(was_sent=True).count() == 1
    assert Notification.objects.to_send().count() == 2


def test_idle_worker_stops_at_once_when_told(mail_server, alice, told, transactional_db):
    told(alice)
    with worker(mail_server, "--forever") as process:
        assert "1 sent" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, complaints = process.communicate(timeout=SECONDS)
    assert (process.returncode, complaints) == (0, "")


def test_worker_goes_on_when_mail_was_down(mail_server, alice, told, transactional_db):
    told(alice)
    mail_server.unknown.add(alice.email)
    with worker(mail_server, "--forever") as process:
        assert "0 sent, 1 to try again later." in process.stdout.readline()
        mail_server.unknown.clear()
        make_due()
        assert "1 sent, 0 to try again later." in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert Answer.objects.get().state == State.PUBLISHED
