"""Answers and the journal in the Django admin: the moderators’ other door."""

import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forum.actions.answers import delete_answer
from forum.actions.cases import take_cases
from forum.actions.moderation import decide
from forum.actions.reports import report_answer
from forum.models import (
    Answer,
    Article,
    BlockedPhrase,
    Case,
    Decision,
    Member,
    Question,
    Report,
    Role,
)
from forum.models.answers import State

from .cast import make_member
from .desk import fresh, mend, rows_in, text_of

pytestmark = pytest.mark.django_db
Verb = Decision.Verb
LIST = "/admin/forum/answer/"
DECIDE = "/admin/forum/answer/decider/"


def page_of(answer: Answer) -> str:
    return f"{LIST}{answer.pk}/change/"


def ticked(verb: str, *answers: Answer, **more) -> dict:
    """What the list sends for ticked rows, as it showed them."""
    return {
        "action": verb,
        "index": 0,
        "_selected_action": [answer.pk for answer in answers],
        "seen": [answer.latest_id for answer in answers],
        **more,
    }


# --- Who comes in -----------------------------------------------------------------------------------

PAGES = {
    "/admin/": {"alice": 302, "mona": 200, "eddy": 200, "ada": 200},
    LIST: {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    DECIDE: {"alice": 302, "mona": 302, "eddy": 403, "ada": 302},
    "/admin/forum/answer/{answer}/change/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    "/admin/forum/answer/{answer}/history/": {"alice": 302, "mona": 302, "eddy": 403, "ada": 302},
    "/admin/forum/answer/{answer}/delete/": {"alice": 302, "mona": 403, "eddy": 403, "ada": 403},
    "/admin/forum/answer/add/": {"alice": 302, "mona": 403, "eddy": 403, "ada": 403},
    "/admin/forum/decision/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    "/admin/forum/decision/{decision}/change/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    "/admin/forum/decision/{decision}/delete/": {"alice": 302, "mona": 403, "eddy": 403, "ada": 403},
    "/admin/forum/decision/add/": {"alice": 302, "mona": 403, "eddy": 403, "ada": 403},
    "/admin/forum/article/": {"alice": 302, "mona": 200, "eddy": 200, "ada": 200},
    "/admin/forum/article/add/": {"alice": 302, "mona": 403, "eddy": 200, "ada": 200},
    "/admin/forum/article/{article}/change/": {"alice": 302, "mona": 200, "eddy": 200, "ada": 200},
    "/admin/forum/article/{article}/delete/": {"alice": 302, "mona": 403, "eddy": 302, "ada": 302},
    "/admin/forum/member/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    "/admin/forum/member/add/": {"alice": 302, "mona": 403, "eddy": 403, "ada": 403},
    "/admin/forum/member/{bob}/change/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    "/admin/forum/member/{bob}/mesure/": {"alice": 302, "mona": 302, "eddy": 403, "ada": 302},
    "/admin/forum/member/{bob}/delete/": {"alice": 302, "mona": 403, "eddy": 403, "ada": 403},
    "/admin/forum/blockedphrase/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    "/admin/forum/blockedphrase/add/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    "/admin/forum/reason/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
    "/admin/forum/reason/add/": {"alice": 302, "mona": 200, "eddy": 403, "ada": 200},
}


@pytest.mark.parametrize("page", PAGES)
def test_each_page_opens_to_its_people(page, alice, bob, mona, eddy, ada, client_of, published, article):
    answer = published(bob)
    url = page.format(answer=answer.pk, decision=answer.decisions.get().pk, article=article.pk, bob=bob.pk)
    statuses = {member.username: client_of(member).get(url).status_code for member in (alice, mona, eddy, ada)}
    assert statuses == PAGES[page]


def test_reader_is_sent_away_and_unknown_visitor_logs_in_first(client, alice, client_of):
    assert client_of(alice).get(LIST, follow=True).status_code == 403
    assert client.get(LIST, follow=True).redirect_chain[-1][0].startswith("/compte/")


LIBRARY_PAGES = [
    "auth/group",
    "account/emailaddress",
    "mfa/authenticator",
    "usersessions/usersession",
    "sessions/session",
]


@pytest.mark.parametrize("page", LIBRARY_PAGES)
def test_nobody_finds_groups_addresses_sessions_or_second_factors(page, ada, client_of):
    assert client_of(ada).get(f"/admin/{page}/").status_code == 404


def test_first_page_tells_moderators_alone_what_waits(alice, mona, eddy, client_of, post):
    post(alice)
    assert "1\u00a0réponse attend une décision" in text_of(client_of(mona).get("/admin/")).replace("</a>", "")
    assert "une décision" not in text_of(client_of(eddy).get("/admin/"))


# --- The list ---------------------------------------------------------------------------------------


def test_list_shows_state_reports_author_excerpt_and_question(alice, bob, moderator, published, reason):
    answer = published(alice, "Un **beau** texte.")
    report_answer(by=bob, answer=answer, reason=reason)
    mend(answer, "Un texte remanié, [lien](https://exemple.org).")
    page = text_of(moderator.get(LIST))
    for word in ["publiée, modification en attente", "Un texte remanié, lien.", "alice", "Que pensez-vous"]:
        assert word in page
    assert re.search(r'field-unsettled_reports">1\xa0signalement<', page)


def test_excerpt_is_escaped(alice, moderator, post):
    post(alice, "`<script>alert(1)</script>` et plus")
    page = text_of(moderator.get(LIST))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


FILTERS = [
    ("dossier=ouvert", ["held"]),
    ("dossier=clos", ["refused", "reported_once", "seen"]),
    ("state__exact=refused", ["refused"]),
    ("signalee=a_regler", ["held"]),
    ("signalee=reglee", ["reported_once"]),
    ("signalee=jamais", ["refused", "seen"]),
    ("motif=first_answers", ["held", "refused", "reported_once", "seen"]),
    ("motif=links", []),
    ("mode=first_answers", ["held", "refused", "reported_once", "seen"]),
    ("mode=before", []),
    ("q=tulipe", ["seen"]),
    ("q=alice", ["held", "refused"]),
    ("created_at__year=1999", []),
]


@pytest.mark.parametrize(("query", "expected"), FILTERS)
def test_filters_and_search_find(query, expected, alice, bob, mona, moderator, post, published, reason, in_favour):
    held, refused = published(alice, "Signalée et pas encore réglée."), post(alice, "Refusée d’emblée.")
    decide(by=mona, verb=Verb.REFUSE, seen=[refused.latest_id], reason=reason)
    reported_once, seen = published(bob, "Signalée puis maintenue."), published(bob, "Une tulipe.")
    report_answer(by=Member.objects.get(pk=alice.pk), answer=reported_once, reason=reason)
    decide(by=mona, verb=Verb.KEEP, seen=[reported_once.latest_id], reason=in_favour)
    report_answer(by=bob, answer=held, reason=reason)
    named = {"held": held, "refused": refused, "reported_once": reported_once, "seen": seen}
    found = rows_in(moderator.get(f"{LIST}?{query}"))
    assert {name for name, answer in named.items() if answer in found} == set(expected)


def test_list_filters_by_article_and_then_by_question(alice, moderator, post, article, question):
    answer = post(alice)
    other = Question.objects.create(article=article, position=2, text="Et ensuite\u202f?")
    assert "Et ensuite" not in text_of(moderator.get(LIST))
    chosen = moderator.get(f"{LIST}?article={article.pk}")
    assert rows_in(chosen) == [answer]
    assert "Et ensuite" in text_of(chosen)
    assert rows_in(moderator.get(f"{LIST}?article={article.pk}&question={question.pk}")) == [answer]
    assert rows_in(moderator.get(f"{LIST}?article={article.pk}&question={other.pk}")) == []


def test_search_by_number_and_with_odd_characters(alice, moderator, post):
    answer = post(alice)
    assert rows_in(moderator.get(LIST, {"q": answer.pk})) == [answer]
    for odd in ["\x00", "²", "9" * 40, "%", "'"]:
        assert moderator.get(LIST, {"q": odd}).status_code == 200


@pytest.mark.parametrize("url", [LIST, "/admin/forum/decision/", "/admin/forum/member/", "/admin/forum/article/"])
def test_queries_do_not_grow_with_the_rows(url, mona, ada, client_of, published, question):
    def fill(number: int) -> None:
        for _ in range(number):
            name = f"m{uuid.uuid4().hex[:12]}"
            published(make_member(name), f"Le texte de {name}.")
            Article.objects.create(slug=name, title=name, body=name)

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    client = client_of(ada)
    fill(3)
    client.get(url)
    before = queries()
    fill(3)
    assert queries() == before


# --- Verbs over the selection -----------------------------------------------------------------------


def test_publishing_the_ticked_rows(alice, bob, moderator, post, question):
    first, second, other = post(alice, "Un."), post(bob, "Deux."), post(alice, "Trois.")
    response = moderator.post(f"{LIST}?dossier=ouvert", ticked("publish", first, second))
    assert response.status_code == 302
    assert response.url == f"{LIST}?dossier=ouvert"
    assert [fresh(answer).state for answer in (first, second, other)] == ["published", "published", "pending"]
    assert "2 réponses publiées." in text_of(moderator.get(response.url))


@pytest.mark.parametrize(("verb", "state"), [("return", "returned"), ("refuse", "refused")])
def test_returning_and_refusing_ask_why_first(verb, state, alice, bob, mona, moderator, post, reason):
    answers = [post(alice, "Premier texte à juger."), post(bob, "Second texte à juger.")]
    asked = moderator.post(f"{LIST}?dossier=ouvert", ticked(verb, *answers))
    assert asked.status_code == 200
    page = text_of(asked)
    assert "Premier texte à juger." in page
    assert "Hors sujet" in page
    assert not Decision.objects.exists()

    seen = [answer.latest_id for answer in answers]
    missing = moderator.post(DECIDE, {"verb": verb, "seen": seen, "note": "Mon mot à l’auteur."})
    assert missing.status_code == 422
    assert "Choisissez un motif" in text_of(missing)
    assert "Mon mot à l’auteur." in text_of(missing)
    assert not Decision.objects.exists()

    sent = {"verb": verb, "seen": seen, "reason": reason.pk, "note": "Mon mot à l’auteur."}
    done = moderator.post(f"{DECIDE}?_changelist_filters=dossier%3Douvert", sent)
    assert done.url == f"{LIST}?dossier=ouvert"
    assert {fresh(answer).state for answer in answers} == {state}
    for decision in Decision.objects.all():
        assert (decision.by, decision.reason, decision.note) == (mona, reason, "Mon mot à l’auteur.")


def decided_in_favour(client, verb, answer, why) -> None:
    """The list asks why, and offers what speaks for the text."""
    page = client.post(LIST, ticked(verb, answer))
    assert page.status_code == 200
    assert re.findall(r'<option value="(\d+)"', text_of(page)) == [str(why.pk)]
    assert client.post(DECIDE, {"verb": verb, "seen": [answer.latest_id], "reason": why.pk}).status_code == 302


def test_withdrawing_and_restoring(alice, moderator, published, reason, in_favour):
    answer = published(alice)
    assert moderator.post(LIST, ticked("withdraw", answer)).status_code == 200
    assert fresh(answer).state == State.PUBLISHED
    moderator.post(DECIDE, {"verb": "withdraw", "seen": [answer.latest_id], "reason": reason.pk})
    assert fresh(answer).state == State.WITHDRAWN
    decided_in_favour(moderator, "restore", answer, in_favour)
    assert fresh(answer).state == State.PUBLISHED


def test_refused_text_is_published_in_the_end_by_a_verb_of_its_own(alice, mona, moderator, post, reason, in_favour):
    answer = post(alice)
    decide(by=mona, verb=Verb.REFUSE, seen=[answer.latest_id], reason=reason)
    assert moderator.post(LIST, ticked("publish", answer)).status_code == 409
    assert fresh(answer).state == State.REFUSED
    decided_in_favour(moderator, "overturn", answer, in_favour)
    assert fresh(answer).state == State.PUBLISHED


def test_keeping_settles_the_reports(alice, bob, moderator, published, reason, in_favour):
    answer = published(alice)
    report_answer(by=bob, answer=answer, reason=reason)
    decided_in_favour(moderator, "keep", answer, in_favour)
    assert Report.objects.get().settled_by.verb == Verb.KEEP
    assert not Case.objects.open().exists()


def test_text_changed_since_the_list_was_shown_is_not_published(alice, bob, moderator, post):
    answer, other = post(alice, "Ce que Mona a lu."), post(bob, "Un autre texte.")
    as_shown = ticked("publish", answer, other)
    mend(answer, "Ce que Mona n’a pas lu.")
    response = moderator.post(LIST, as_shown)
    assert response.status_code == 409
    assert "L’auteur a modifié son texte entre-temps" in text_of(response)
    assert fresh(answer).state == State.PENDING
    assert fresh(other).state == State.PUBLISHED


def test_text_changed_while_the_reason_was_chosen_is_not_refused(alice, moderator, post, reason):
    answer = post(alice)
    page = text_of(moderator.post(LIST, ticked("refuse", answer)))
    seen = re.findall(r'name="seen" value="(\d+)"', page)
    mend(answer, "Un texte tout à fait poli.")
    response = moderator.post(DECIDE, {"verb": "refuse", "seen": seen, "reason": reason.pk})
    assert response.status_code == 409
    assert fresh(answer).state == State.PENDING


def test_filtered_list_tells_of_a_row_that_a_colleague_has_just_decided(alice, ada, moderator, post, reason):
    answer = post(alice)
    decide(by=ada, verb=Verb.REFUSE, seen=[answer.latest_id], reason=reason)
    sent = {"verb": "return", "seen": [answer.latest_id], "reason": reason.pk, "known": 0, "note": "Mon mot."}
    for response in (
        moderator.post(f"{LIST}?state__exact=pending", ticked("return", answer, known=0)),
        moderator.post(DECIDE, sent),
    ):
        assert response.status_code == 409
        assert "ada a été plus rapide" in text_of(response)
    assert "Mon mot." in text_of(response)


def test_page_that_asks_why_names_the_rows_the_verb_cannot_be_about(alice, bob, moderator, post, published):
    waiting, *out = post(alice, "À lire."), published(bob, "Déjà parue."), published(alice, "Parue aussi.")
    page = text_of(moderator.post(LIST, ticked("refuse", waiting, *out)))
    assert "1\u00a0réponse concernée" in page
    assert "Les réponses de bob (publiée) et alice (publiée) restent de côté" in page
    assert re.findall(r'name="seen" value="(\d+)"', page) == [str(waiting.latest_id)]


def test_verb_that_does_not_apply_to_a_row_is_no_race(alice, bob, ada, mona, moderator, post, published, reason):
    refused, out = post(alice), published(bob)
    decide(by=ada, verb=Verb.REFUSE, seen=[refused.latest_id], reason=reason)
    known = re.search(r'name="known" value="(\d+)"', text_of(moderator.get(LIST)))[1]
    response = moderator.post(LIST, ticked("publish", refused, out, known=known))
    assert response.status_code == 409
    for state in ("refusée", "publiée"):
        words = f"Cette réponse est {state}\u202f: «\u202fpublier\u202f» ne s’y applique pas."
        assert words in text_of(response)
    assert "plus rapide" not in text_of(response)
    assert "entre-temps" not in text_of(response)


def test_case_in_other_hands_is_left_to_them(alice, bob, moderator, post):
    other = make_member("otto", Role.MODERATOR)
    answer = post(alice)
    take_cases(other, [answer.cases.get().pk])
    response = moderator.post(LIST, ticked("publish", answer))
    assert response.status_code == 409
    assert "otto a pris ce dossier" in text_of(response)
    assert fresh(answer).state == State.PENDING


def test_all_pages_at_once_is_not_offered_and_decides_nothing_unseen(alice, bob, moderator, post):
    shown, unseen = post(alice), post(bob)
    moderator.post(LIST, ticked("publish", shown, select_across=1))
    assert fresh(shown).state == State.PUBLISHED
    assert fresh(unseen).state == State.PENDING


@pytest.mark.parametrize("sent", [{}, {"seen": ["x"]}, {"seen": ["9" * 30]}, {"seen": ["²"]}])
def test_selection_without_what_was_seen_decides_nothing(sent, alice, moderator, post):
    answer = post(alice)
    data = ticked("publish", answer) | {"seen": []} | sent
    response = moderator.post(LIST, data, follow=True)
    assert response.status_code == 200
    assert "Cochez au moins une réponse." in text_of(response)
    assert fresh(answer).state == State.PENDING


def test_reading_pages_changes_nothing(alice, moderator, post):
    answer = post(alice)
    for url in [LIST, f"{LIST}?action=publish&index=0&_selected_action={answer.pk}", DECIDE, page_of(answer)]:
        moderator.get(url, {"seen": answer.latest_id} if url == DECIDE else None)
    assert fresh(answer).state == State.PENDING
    assert not Decision.objects.exists()


@pytest.mark.parametrize("url", [LIST, DECIDE, "page"])
def test_neither_editor_nor_forged_form_decides(url, alice, eddy, mona, client_of, post):
    answer = post(alice)
    url = page_of(answer) if url == "page" else url
    sent = ticked("publish", answer) | {"verb": "publish", "_verb": "publish"}
    assert client_of(eddy).post(url, sent).status_code == 403
    assert client_of(alice).post(url, sent).status_code == 302
    assert client_of(mona, enforce_csrf_checks=True).post(url, sent).status_code == 403
    assert fresh(answer).state == State.PENDING


# --- The page of one answer -------------------------------------------------------------------------


def test_page_shows_all_that_is_needed_to_decide(alice, bob, mona, moderator, published, reason):
    BlockedPhrase.objects.create(phrase="tulipe")
    parent = published(bob, "Le texte du parent.")
    answer = published(alice, "Une *première* version.", reply_to=parent)
    report_answer(by=bob, answer=answer, reason=reason, remark="À voir de près.")
    answer = mend(answer, "Une *seconde* version avec une tulipe.")
    page = text_of(moderator.get(page_of(answer)))
    for word in [
        "Que pensez-vous",
        "Le texte du parent.",
        "<em>seconde</em> version avec une <mark>tulipe</mark>",
        "<del>",
        "À voir de près.",
        "Hors sujet",
        "Expression bloquée",
        "1\u00a0publiée",
        "par mona",
        "Version 1",
        "Version 2",
        f'name="seen" value="{answer.latest_id}"',
    ]:
        assert word in page
    assert re.findall(r'name="_verb" value="(\w+)"', page) == ["publish", "return", "refuse", "withdraw"]


def test_buttons_of_the_page_decide(alice, mona, moderator, post, reason):
    answer = post(alice)
    shown = {"seen": answer.latest_id}
    without = moderator.post(page_of(answer), shown | {"_verb": "return", "note": "Un mot."})
    assert without.status_code == 422
    assert "Choisissez un motif" in text_of(without)
    assert "Un mot." in text_of(without)
    done = moderator.post(page_of(answer), shown | {"_verb": "return", "note": "Un mot.", "reason": reason.pk})
    assert done.url == LIST
    assert fresh(answer).state == State.RETURNED
    assert "Réponse rendue à son auteur." in text_of(moderator.get(LIST))


@pytest.mark.parametrize("sent", [{"_verb": "eat"}, {"_verb": ""}, {"_verb": "publish", "seen": "x"}, {}])
def test_page_answers_a_broken_form_with_a_sentence(sent, alice, moderator, post):
    answer = post(alice)
    response = moderator.post(page_of(answer), {"seen": answer.latest_id} | sent)
    assert response.status_code == 422
    assert "errornote" in text_of(response)
    assert fresh(answer).state == State.PENDING


def test_page_tells_who_was_first_and_keeps_the_note(alice, ada, moderator, post, reason):
    answer = post(alice)
    decide(by=ada, verb=Verb.PUBLISH, seen=[answer.latest_id])
    sent = {"seen": answer.latest_id, "_verb": "refuse", "reason": reason.pk, "note": "Mon long mot.", "known": 0}
    response = moderator.post(page_of(answer), sent)
    assert response.status_code == 409
    assert "Ada a été plus rapide" in text_of(response)
    assert "Mon long mot." in text_of(response)
    assert fresh(answer).state == State.PUBLISHED


def test_page_shows_the_new_text_where_the_author_was_quicker(alice, moderator, post):
    answer = post(alice, "Le texte lu.")
    mend(answer, "Le texte arrivé entre-temps.")
    response = moderator.post(page_of(answer), {"seen": answer.latest_id, "_verb": "publish"})
    assert response.status_code == 409
    assert "L’auteur a modifié son texte entre-temps" in text_of(response)
    assert "Le texte arrivé entre-temps." in text_of(response)
    assert f'name="seen" value="{fresh(answer).latest_id}"' in text_of(response)


def test_last_decision_is_taken_back(alice, mona, moderator, post, reason):
    answer = post(alice)
    decide(by=mona, verb=Verb.REFUSE, seen=[answer.latest_id], reason=reason)
    decision = answer.decisions.get()
    assert f'name="_undo" value="{decision.pk}"' in text_of(moderator.get(page_of(answer)))
    assert moderator.post(page_of(answer), {"_undo": decision.pk}).status_code == 302
    assert fresh(answer).state == State.PENDING
    again = moderator.post(page_of(answer), {"_undo": decision.pk})
    assert again.status_code == 409
    assert "ne peut plus être annulée" in text_of(again)


def test_decision_about_another_answer_is_not_taken_back_here(alice, bob, mona, moderator, post, published):
    other, answer = published(bob), post(alice)
    response = moderator.post(page_of(answer), {"_undo": other.decisions.get().pk})
    assert response.status_code == 404
    assert fresh(other).state == State.PUBLISHED


def test_screening_is_not_taken_back(alice, moderator, post, question):
    Question.objects.filter(pk=question.pk).update(moderation="after")
    answer = post(alice)
    assert answer.state == State.PUBLISHED
    assert "_undo" not in text_of(moderator.get(page_of(answer)))


def test_deleted_answer_can_be_read_and_not_decided(alice, moderator, post):
    answer = post(alice)
    delete_answer(author=alice, answer=answer)
    page = text_of(moderator.get(page_of(answer)))
    assert "_verb" not in page
    assert "Son auteur l’a supprimée" in page


def test_nothing_of_an_answer_can_be_written(alice, moderator, post):
    answer = post(alice)
    moderator.post(page_of(answer), {"state": "published", "author": 1, "_save": "1"})
    assert fresh(answer).state == State.PENDING


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30, "x", "²"])
def test_unknown_answer_is_not_found(pk, moderator):
    assert moderator.get(f"{LIST}{pk}/change/").status_code == 404


# --- The journal ------------------------------------------------------------------------------------


def test_journal_lists_every_decision_and_filters(alice, mona, moderator, post, question, reason):
    Question.objects.filter(pk=question.pk).update(moderation="after")
    by_itself = post(alice, "Passée d’elle-même.")
    decide(by=mona, verb=Verb.WITHDRAW, seen=[by_itself.latest_id], reason=reason, note="Voyez la question.")
    url = "/admin/forum/decision/"
    page = text_of(moderator.get(url))
    for word in ["contrôle automatique", "retirée", "Hors sujet", "Voyez la question.", f"Réponse {by_itself.pk}"]:
        assert word in page
    verbs = {
        f"?par={mona.pk}": ["withdraw"],
        "?par=controle": ["publish"],
        "?verb__exact=publish": ["publish"],
        f"?reason__id__exact={reason.pk}": ["withdraw"],
        "?q=question": ["withdraw"],
        "?created_at__year=1999": [],
    }
    for query, expected in verbs.items():
        assert [decision.verb for decision in rows_in(moderator.get(url + query))] == expected


def test_decision_can_be_read_and_not_written(alice, ada, client_of, published):
    decision = published(alice).decisions.get()
    url = f"/admin/forum/decision/{decision.pk}/change/"
    assert "<textarea" not in text_of(client_of(ada).get(url))
    assert client_of(ada).post(url, {"note": "autre"}).status_code == 403
