"""The moderators' room, through its pages."""

import re
import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from forum.actions.answers import delete_answer, edit_answer, post_answer
from forum.actions.moderation import decide
from forum.actions.reports import report_answer
from forum.models import Answer, Article, BlockedPhrase, Case, Decision, Question
from forum.models.answers import State

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
QUEUE = "/moderation/"
DECIDE = "/moderation/decider/"


@pytest.fixture
def wait(question):
    """A text that waits for a moderator."""

    def _wait(author, text="Un texte qui attend.", under=None, reply_to=None):
        answer = post_answer(
            author=author, question=under or question, text=text, key=uuid.uuid4(), reply_to=reply_to
        )
        return Answer.objects.select_related("latest").get(pk=answer.pk)

    return _wait


@pytest.fixture
def moderator(mona, client_of):
    return client_of(mona)


def publish(mona, answer):
    decide(by=mona, verb="publish", seen=[answer.latest_id])
    return Answer.objects.select_related("latest").get(pk=answer.pk)


def cases_on(page) -> list[int]:
    return [int(pk) for pk in re.findall(r'id="dossier-(\d+)"', page.text)]


# --- What is shown -------------------------------------------------------------------------------


def test_a_case_shows_all_that_is_needed_to_decide(alice, bob, mona, moderator, wait, question):
    BlockedPhrase.objects.create(phrase="tocard")
    parent = publish(mona, wait(bob, "La réponse de Bob."))
    wait(alice, "Vous êtes un *tocard*, Bob.", reply_to=parent)
    page = moderator.get(QUEUE).text
    for words in (
        "Que pensez-vous de son retour",
        "En réponse à bob",
        "La réponse de Bob.",
        "<em><mark>tocard</mark></em>",
        "Expression bloquée",
        "Premières réponses",
        "0 sur 3 publiées",
        "Attend depuis",
        "0\u00a0publiée",
    ):
        assert words in page


def test_an_edit_shows_what_it_changes(alice, mona, moderator, wait):
    answer = publish(mona, wait(alice, "Le chat dort."))
    edit_answer(author=alice, answer=answer, seen=answer.latest_id, text="Le chien dort.", key=uuid.uuid4())
    page = moderator.get(QUEUE).text
    assert "<del>chat</del>" in page
    assert "<ins>chien</ins>" in page


def test_oldest_first_or_riskiest_first(alice, bob, moderator, wait):
    BlockedPhrase.objects.create(phrase="tocard")
    plain, risky = wait(alice), wait(bob, "Quel tocard.")
    assert cases_on(moderator.get(QUEUE)) == [plain.pk, risky.pk]
    assert cases_on(moderator.get(QUEUE, {"tri": "risque"})) == [risky.pk, plain.pk]


def test_filters_by_article_question_and_reason(alice, bob, mona, moderator, wait, question, reason):
    other = Question.objects.create(
        article=Article.objects.create(slug="autre", title="Autre", body="Texte."), text="Et sinon ?"
    )
    first = wait(alice)
    second = wait(bob, "Trois liens : https://a.example https://b.example https://c.example", under=other)
    third = publish(mona, wait(bob, "Une réponse publiée puis signalée."))
    report_answer(by=alice, answer=third, reason=reason)
    expected = {
        (("question", question.pk),): [first.pk, third.pk],
        (("article", other.article_id),): [second.pk],
        (("motif", "links"),): [second.pk],
        (("motif", "reported"),): [third.pk],
        (("motif", "n’importe quoi"), ("article", "x")): [first.pk, second.pk, third.pk],
    }
    for wanted, cases in expected.items():
        assert cases_on(moderator.get(QUEUE, dict(wanted))) == cases


@pytest.mark.parametrize("sort", ["", "risque"])
def test_pages_by_key_show_every_case_once(alice, moderator, wait, monkeypatch, sort):
    monkeypatch.setattr("forum.views.queue.PER_PAGE", 3)
    BlockedPhrase.objects.create(phrase="tocard")
    texts = [f"Texte {number} {'tocard' if number % 3 == 0 else ''}" for number in range(7)]
    answers = [wait(alice, text) for text in texts]
    seen, query = [], {"tri": sort}
    for _ in range(3):
        page = moderator.get(QUEUE, query)
        seen += cases_on(page)
        key = re.search(r"apres=(\d+-\d+)", page.text)
        query["apres"] = key[1] if key else ""
    assert sorted(seen) == [answer.pk for answer in answers]
    assert len(seen) == len(set(seen))


@pytest.mark.parametrize("key", ["x", "1", "-", "²-²", "1-" + "9" * 30, "\x00", "0-0"])
def test_nonsense_keys_give_the_first_page(alice, moderator, wait, key):
    answer = wait(alice)
    assert cases_on(moderator.get(QUEUE, {"apres": key})) == [answer.pk]


def test_empty_queue_says_what_will_come(moderator):
    assert "n’attend" in moderator.get(QUEUE).text


def test_twice_the_cases_same_queries(alice, bob, moderator, wait, django_assert_max_num_queries):
    moderator.get(QUEUE)  # the first page of a session writes the session
    numbers = []
    for size in (3, 3):
        for number in range(size):
            wait(alice, f"Texte {size} {number} {uuid.uuid4()}")
            wait(bob, f"Autre texte {size} {number} {uuid.uuid4()}")
        with django_assert_max_num_queries(30) as queries:
            moderator.get(QUEUE)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


# --- Deciding ------------------------------------------------------------------------------------


def test_moderator_publishes_and_comes_back_to_his_filter(alice, moderator, wait, question):
    answer = wait(alice)
    address = f"{DECIDE}?question={question.pk}"
    response = moderator.post(address, {"verb": "publish", "seen": answer.latest_id})
    assert response.url == f"{QUEUE}?question={question.pk}"
    assert Answer.objects.get().state == State.PUBLISHED
    assert "Réponse publiée." in moderator.get(response.url).text


def test_refusal_without_a_reason_asks_for_it_and_keeps_the_note(alice, moderator, wait, reason):
    answer = wait(alice)
    response = moderator.post(DECIDE, {"verb": "refuse", "seen": answer.latest_id, "note": "Mon mot."})
    assert response.status_code == 422
    assert "Choisissez un motif" in response.text
    assert "Mon mot." in response.text
    assert Answer.objects.get().state == State.PENDING
    fields = {"verb": "refuse", "seen": answer.latest_id, "reason": reason.pk, "note": "Mon mot."}
    assert moderator.post(DECIDE, fields).status_code == 302
    decision = Decision.objects.get()
    assert (decision.verb, decision.reason, decision.note) == ("refuse", reason, "Mon mot.")


def test_one_verdict_and_one_reason_for_all_that_is_ticked(alice, bob, moderator, wait, reason):
    seen = [wait(alice).latest_id, wait(bob, "Un autre.").latest_id]
    moderator.post(DECIDE, {"verb": "return", "seen": seen, "reason": reason.pk})
    assert set(Answer.objects.values_list("state", flat=True)) == {State.RETURNED}
    assert Decision.objects.count() == 2


def test_page_that_asks_why_names_what_the_verb_cannot_be_about(alice, bob, mona, moderator, wait, reason):
    waiting, out = wait(alice, "Un texte à lire."), publish(mona, wait(bob, "Un texte déjà paru."))
    response = moderator.post(DECIDE, {"verb": "refuse", "seen": [waiting.latest_id, out.latest_id]})
    assert response.status_code == 422
    assert "1\u00a0réponse concernée" in response.text
    sentence = "La réponse de bob (publiée) reste de côté\u202f: «\u202frefuser\u202f» ne s’y applique pas."
    assert sentence in response.text
    assert "déjà paru" not in response.text
    assert re.findall(r'name="seen" value="(\d+)"', response.text) == [str(waiting.latest_id)]


def test_no_reason_is_asked_for_where_the_verb_fits_nothing(alice, bob, mona, moderator, wait):
    seen = [publish(mona, wait(alice)).latest_id, publish(mona, wait(bob, "Un autre.")).latest_id]
    response = moderator.post(DECIDE, {"verb": "refuse", "seen": seen})
    assert response.status_code == 409
    assert "2\u00a0réponses sont restées telles quelles" in response.text
    assert "Choisissez un motif" not in response.text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"verb": "publish"},
        {"verb": "nonsense", "seen": 1},
        {"verb": "publish", "seen": "x"},
        {"verb": "publish", "seen": "9" * 40},
        {"verb": "refuse", "seen": 1, "reason": 99},
        {"verb": "publish", "seen": "²"},
    ],
)
def test_nonsense_is_told_in_a_sentence(moderator, fields):
    assert moderator.post(DECIDE, fields).status_code == 422


@pytest.mark.parametrize("verb", ["publish", "refuse"])
def test_decision_about_nothing_says_that_nothing_was_decided(moderator, reason, verb):
    response = moderator.post(DECIDE, {"verb": verb, "seen": "99999999", "reason": reason.pk}, follow=True)
    assert "Rien n’a été décidé\u202f: cette réponse n’existe plus." in response.text


def test_second_moderator_reads_who_was_first(alice, mona, ada, moderator, client_of, wait, reason):
    answer = wait(alice)
    client_of(ada).post(DECIDE, {"verb": "refuse", "seen": answer.latest_id, "reason": reason.pk})
    for headers in ({}, HTMX):
        fields = {"verb": "publish", "seen": answer.latest_id, "known": 0}
        response = moderator.post(DECIDE, fields, headers=headers)
        assert response.status_code == 409
        assert "ada a été plus rapide\u202f: réponse refusée" in response.text
    assert Decision.objects.count() == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("between", ["new text", "decided", "deleted"])
def test_note_and_reason_are_kept_where_somebody_was_quicker(
    alice, ada, moderator, client_of, wait, reason, headers, between
):
    answer = wait(alice)
    if between == "new text":
        edit_answer(author=alice, answer=answer, seen=answer.latest_id, text="Tout neuf.", key=uuid.uuid4())
    elif between == "deleted":
        delete_answer(author=alice, answer=answer)
    else:
        decide(by=ada, verb="publish", seen=[answer.latest_id])
    fields = {"verb": "refuse", "seen": answer.latest_id, "known": 0, "reason": reason.pk, "note": "Mon mot."}
    response = moderator.post(DECIDE, fields, headers=headers)
    assert response.status_code == 409
    assert "Mon mot." in response.text
    if between != "deleted":
        assert "Mon mot.</textarea>" in response.text
        assert f'<option value="{reason.pk}" selected>' in response.text


def known_on(page) -> str:
    return re.search(r'name="known" value="(\d+)"', page.text)[1]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_verb_that_does_not_apply_is_no_race(alice, bob, ada, mona, moderator, wait, reason, headers):
    first, second = publish(ada, wait(alice)), publish(mona, wait(bob, "Un autre."))
    for answer in (first, second):
        report_answer(by=alice if answer == second else bob, answer=answer, reason=reason)
        known = known_on(moderator.get(QUEUE))
        fields = {"verb": "publish", "seen": answer.latest_id, "known": known}
        response = moderator.post(DECIDE, fields, headers=headers)
        assert response.status_code == 409
        sentence = "Cette réponse est publiée\u202f: «\u202fpublier\u202f» ne s’y applique pas."
        assert sentence in response.text
        assert "plus rapide" not in response.text
        assert "entre-temps" not in response.text


def test_own_decision_in_another_window_is_no_race_with_oneself(alice, mona, moderator, wait):
    answer = wait(alice)
    known = known_on(moderator.get(QUEUE))
    publish(mona, answer)
    response = moderator.post(DECIDE, {"verb": "publish", "seen": answer.latest_id, "known": known})
    assert response.status_code == 409
    assert "Vous avez décidé entre-temps\u202f: réponse publiée" in response.text


def test_own_case_is_not_told_to_be_in_other_hands(alice, bob, mona, moderator, wait, reason):
    answer = publish(mona, wait(alice))
    report_answer(by=bob, answer=answer, reason=reason)
    moderator.post("/moderation/prendre/")
    response = moderator.post(DECIDE, {"verb": "publish", "seen": answer.latest_id})
    assert "a pris ce dossier" not in response.text
    assert "ne s’y applique pas" in response.text


def test_reported_answer_that_somebody_kept_is_not_withdrawn_by_who_did_not_know(
    alice, bob, mona, ada, moderator, client_of, wait, reason, in_favour
):
    answer = publish(mona, wait(alice))
    report_answer(by=bob, answer=answer, reason=reason)
    known = re.search(r'name="known" value="(\d+)"', moderator.get(QUEUE).text)[1]
    client_of(ada).post(DECIDE, {"verb": "keep", "seen": answer.latest_id, "known": known, "reason": in_favour.pk})
    fields = {"verb": "withdraw", "seen": answer.latest_id, "reason": reason.pk, "known": known}
    response = moderator.post(DECIDE, fields)
    assert response.status_code == 409
    assert "ada a été plus rapide\u202f: réponse maintenue" in response.text
    assert Answer.objects.get().state == State.PUBLISHED


def test_refused_answer_can_be_published_after_all_from_its_file(alice, moderator, wait, reason, in_favour):
    answer = wait(alice)
    moderator.post(DECIDE, {"verb": "refuse", "seen": answer.latest_id, "reason": reason.pk})
    page = moderator.get(reverse("moderation_answer", args=[answer.pk])).text
    assert "Publier finalement" in page
    moderator.post(DECIDE, {"verb": "overturn", "seen": answer.latest_id, "reason": in_favour.pk})
    assert Answer.objects.get().state == State.PUBLISHED


def test_edit_in_between_shows_the_new_text_to_decide_on(alice, moderator, wait):
    answer = wait(alice)
    edit_answer(author=alice, answer=answer, seen=answer.latest_id, text="Un texte tout neuf.", key=uuid.uuid4())
    response = moderator.post(DECIDE, {"verb": "publish", "seen": answer.latest_id})
    assert response.status_code == 409
    assert "a modifié son texte" in response.text
    assert "Un texte tout neuf." in response.text
    seen = re.search(r'name="seen" value="(\d+)"', response.text)[1]
    assert moderator.post(DECIDE, {"verb": "publish", "seen": seen}).status_code == 302
    assert Answer.objects.get().state == State.PUBLISHED


def test_part_of_a_set_may_conflict_and_the_rest_is_decided(alice, bob, ada, moderator, client_of, wait):
    first, second = wait(alice), wait(bob, "Un autre.")
    client_of(ada).post(DECIDE, {"verb": "publish", "seen": first.latest_id})
    response = moderator.post(DECIDE, {"verb": "publish", "seen": [first.latest_id, second.latest_id]})
    assert response.status_code == 409
    assert "Réponse publiée." in response.text
    assert Answer.objects.get(pk=second.pk).state == State.PUBLISHED


def test_htmx_puts_the_decision_and_its_undoing_in_the_place_of_the_case(alice, moderator, wait):
    answer = wait(alice)
    response = moderator.post(DECIDE, {"verb": "publish", "seen": answer.latest_id}, headers=HTMX)
    assert response.status_code == 200
    assert "<html" not in response.text
    assert reverse("moderation_undo", args=[Decision.objects.get().pk]) in response.text


def test_htmx_without_a_reason_gets_the_case_again_with_the_note(alice, moderator, wait):
    answer = wait(alice)
    fields = {"verb": "refuse", "seen": answer.latest_id, "note": "Mon mot."}
    response = moderator.post(DECIDE, fields, headers=HTMX)
    assert response.status_code == 422
    assert "<html" not in response.text
    assert "Choisissez un motif" in response.text
    assert "Mon mot.</textarea>" in response.text


def test_menu_of_reasons_has_what_the_verbs_on_offer_ask_for(alice, bob, mona, moderator, wait, reason, in_favour):
    wait(alice)
    kept = publish(mona, wait(bob, "Un autre."))
    report_answer(by=alice, answer=kept, reason=reason)
    page = moderator.get(QUEUE).text
    waiting, reported = re.findall(r'id="motif-\d+">(.*?)</select>', page, re.DOTALL)
    assert re.findall(r'label="(.*?)"', waiting) == ["Pour rendre à l’auteur ou refuser"]
    assert re.findall(r'label="(.*?)"', reported) == ["Pour retirer", "Pour maintenir"]
    assert f'value="{in_favour.pk}"' not in waiting


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_reason_that_speaks_the_other_way_is_refused_in_a_sentence(alice, moderator, wait, in_favour, headers):
    answer = wait(alice)
    fields = {"verb": "refuse", "seen": answer.latest_id, "reason": in_favour.pk, "note": "Mon mot."}
    response = moderator.post(DECIDE, fields, headers=headers)
    assert response.status_code == 422
    assert "n’est pas proposé pour cette décision" in response.text
    assert "Mon mot." in response.text


def test_menu_of_questions_has_them_under_their_articles(moderator, question):
    other = Article.objects.create(slug="ailleurs", title="L'ailleurs", body="Rien.")
    Question.objects.create(article=other, text="Et l'après\u202f?")
    for address in (QUEUE, "/moderation/journal/"):
        page = moderator.get(address).text
        menu = re.search(r'<select name="question".*?</select>', page, re.DOTALL)[0]
        assert re.findall(r'label="(.*?)"', menu) == ["L’ailleurs", "La panne"]
        assert re.findall(r'<option value="\d+">(.*?)</option>', menu) == [
            "Et l’après\u202f?",
            "Que pensez-vous de son retour\u202f?",
        ]


@pytest.mark.parametrize(("verb", "done"), [("return", "rendue à son auteur"), ("refuse", "refusée")])
@pytest.mark.parametrize("door", [QUEUE, "htmx", "/admin/forum/answer/"])
def test_verdict_on_an_edit_is_told_of_the_edit(alice, mona, moderator, wait, reason, verb, done, door):
    answer = publish(mona, wait(alice))
    edit_answer(author=alice, answer=answer, seen=answer.latest_id, text="Deuxième.", key=uuid.uuid4())
    latest = Answer.objects.get().latest_id
    fields = {"verb": verb, "seen": latest, "reason": reason.pk}
    if door == "htmx":
        assert f"Modification de alice {done}" in moderator.post(DECIDE, fields, headers=HTMX).text
        return
    address = DECIDE if door == QUEUE else f"{door}decider/"
    page = moderator.post(address, fields, follow=True).text
    assert f"Modification {done}." in page
    assert f"Réponse {done}." not in page
    decision = Decision.objects.latest("pk")
    undone = moderator.post(reverse("moderation_undo", args=[decision.pk]), follow=True).text
    assert "la modification est de nouveau en attente" in undone


def test_verdict_on_answers_and_an_edit_counts_both(alice, bob, mona, moderator, wait, reason):
    answer = publish(mona, wait(alice))
    edit_answer(author=alice, answer=answer, seen=answer.latest_id, text="Deuxième.", key=uuid.uuid4())
    seen = [Answer.objects.get().latest_id, wait(bob, "Un.").latest_id, wait(bob, "Deux.").latest_id]
    page = moderator.post(DECIDE, {"verb": "refuse", "seen": seen, "reason": reason.pk}, follow=True).text
    assert "2 réponses et 1 modification refusées." in page


def test_file_names_the_state_of_the_answer_and_of_its_edit(alice, mona, moderator, wait, reason):
    answer = publish(mona, wait(alice))
    edit_answer(author=alice, answer=answer, seen=answer.latest_id, text="Deuxième.", key=uuid.uuid4())
    latest = Answer.objects.get().latest_id
    moderator.post(DECIDE, {"verb": "refuse", "seen": latest, "reason": reason.pk})
    page = moderator.get(reverse("moderation_answer", args=[answer.pk])).text
    assert "publiée, modification refusée" in page


# --- Undoing, taking, looking back ---------------------------------------------------------------


def test_last_decisions_can_be_undone_from_the_queue(alice, moderator, wait):
    answer = wait(alice)
    moderator.post(DECIDE, {"verb": "publish", "seen": answer.latest_id})
    undo = reverse("moderation_undo", args=[Decision.objects.get().pk])
    assert undo in moderator.get(QUEUE).text
    assert moderator.post(undo).status_code == 302
    assert cases_on(moderator.get(QUEUE)) == [answer.pk]
    assert moderator.post(undo).status_code == 409


def test_undone_decision_leads_back_to_its_case(alice, bob, moderator, wait):
    wait(alice)
    answer = wait(bob, "Un autre.")
    moderator.post(DECIDE, {"verb": "publish", "seen": answer.latest_id})
    undo = reverse("moderation_undo", args=[Decision.objects.get().pk])
    assert moderator.post(f"{undo}?tri=risque").url == f"{QUEUE}?tri=risque#dossier-{answer.pk}"


def test_htmx_puts_the_case_back_in_its_place(alice, moderator, wait):
    answer = wait(alice)
    moderator.post(DECIDE, {"verb": "publish", "seen": answer.latest_id})
    undo = reverse("moderation_undo", args=[Decision.objects.get().pk])
    for status in (200, 409):
        response = moderator.post(undo, headers=HTMX)
        assert response.status_code == status
        assert "<html" not in response.text
        assert cases_on(response) == [answer.pk]
    assert "ne peut plus être annulée" in response.text


def test_one_go_is_undone_as_a_whole(alice, bob, ada, moderator, client_of, wait, reason, in_favour):
    first, second, third = wait(alice), wait(bob, "Un autre."), wait(alice, "Un troisième.")
    seen = [first.latest_id, second.latest_id, third.latest_id]
    moderator.post(DECIDE, {"verb": "refuse", "seen": seen, "reason": reason.pk})
    page = moderator.get(QUEUE).text
    assert "3\u00a0réponses refusées" in page
    assert page.count("Tout annuler") == 1
    undo = re.search(r'action="(/moderation/decisions/\d+/annuler/)"', page)[1]
    client_of(ada).post(DECIDE, {"verb": "overturn", "seen": second.latest_id, "reason": in_favour.pk})
    assert "2\u00a0réponses refusées" in moderator.get(QUEUE).text
    response = moderator.post(undo, {"together": "1"})
    assert response.status_code == 409
    assert "ada a été plus rapide\u202f: réponse finalement publiée" in response.text
    assert "Décisions annulées\u202f: 2." in response.text
    assert cases_on(moderator.get(QUEUE)) == [first.pk, third.pk]
    assert moderator.post(undo, {"together": "1"}).status_code == 409


def test_taken_cases_leave_the_others_queue_until_the_lease_ends(alice, ada, moderator, client_of, wait):
    answer = wait(alice)
    assert moderator.post("/moderation/prendre/").url == f"{QUEUE}?qui=moi"
    assert cases_on(moderator.get(QUEUE, {"qui": "moi"})) == [answer.pk]
    assert cases_on(client_of(ada).get(QUEUE)) == []
    assert cases_on(client_of(ada).get(QUEUE, {"qui": "tous"})) == [answer.pk]
    Case.objects.update(taken_until=timezone.now() - timedelta(seconds=1))
    assert cases_on(client_of(ada).get(QUEUE)) == [answer.pk]


def test_given_back_cases_are_free_again(alice, ada, moderator, client_of, wait):
    answer = wait(alice)
    moderator.post("/moderation/prendre/")
    moderator.post("/moderation/prendre/", {"release": "1"})
    assert cases_on(client_of(ada).get(QUEUE)) == [answer.pk]


def test_file_of_an_answer_tells_its_whole_story(alice, bob, mona, moderator, wait, reason):
    answer = publish(mona, wait(alice, "Première version."))
    report_answer(by=bob, answer=answer, reason=reason, remark="Voyez vous-même.")
    edit_answer(author=alice, answer=answer, seen=answer.latest_id, text="Deuxième version.", key=uuid.uuid4())
    page = moderator.get(reverse("moderation_answer", args=[answer.pk])).text
    for words in ("Première version.", "Deuxième version.", "Voyez vous-même.", "publiée", "mona"):
        assert words in page


def test_published_answer_is_withdrawn_and_restored_from_its_file(alice, mona, moderator, wait, reason, in_favour):
    answer = publish(mona, wait(alice))
    address = f"{DECIDE}?reponse={answer.pk}"
    response = moderator.post(address, {"verb": "withdraw", "seen": answer.latest_id, "reason": reason.pk})
    assert response.url == reverse("moderation_answer", args=[answer.pk])
    assert Answer.objects.get().state == State.WITHDRAWN
    moderator.post(address, {"verb": "restore", "seen": answer.latest_id, "reason": in_favour.pk})
    assert Answer.objects.get().state == State.PUBLISHED


def test_journal_lists_decisions_and_filters_them(alice, mona, ada, moderator, client_of, wait, reason):
    first, second = wait(alice), wait(alice, "Un autre.")
    moderator.post(DECIDE, {"verb": "publish", "seen": first.latest_id})
    client_of(ada).post(DECIDE, {"verb": "refuse", "seen": second.latest_id, "reason": reason.pk, "note": "Non."})
    journal = "/moderation/journal/"
    assert moderator.get(journal).text.count("<tr>") == 3
    today = timezone.localdate()
    for query, rows in [
        ({"par": mona.pk}, 1),
        ({"decision": "refuse"}, 1),
        ({"motif": reason.pk}, 1),
        ({"question": first.question_id}, 2),
        ({"depuis": today.isoformat()}, 2),
        ({"jusqu_a": (today - timedelta(days=1)).isoformat()}, 0),
    ]:
        page = moderator.get(journal, query).text
        assert len(re.findall(r"/moderation/reponses/\d+/", page)) == rows, query


def test_journal_has_the_same_queries_for_twice_the_rows(
    alice, mona, moderator, wait, django_assert_max_num_queries
):
    moderator.get(QUEUE)  # the first page of a session writes the session
    numbers = []
    for _ in range(2):
        for number in range(3):
            publish(mona, wait(alice, f"Texte {number} {uuid.uuid4()}"))
        with django_assert_max_num_queries(20) as queries:
            moderator.get("/moderation/journal/")
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize("address", ["/moderation/", "/moderation/journal/"])
def test_what_no_filter_understands_is_not_said_again(client_of, mona, alice, post, address):
    post(alice, "Un texte qui attend.")
    plain = client_of(mona).get(address).content
    for junk in ("x=" + "x" * 3000, "question=" + "9" * 3000, "article=javascript:alert(1)"):
        page = client_of(mona).get(f"{address}?{junk}").content
        assert junk.partition("=")[2].encode() not in page
        assert len(page) < len(plain) + 1000
