"""What readers do with answers: post, reply, edit, delete, and keep a draft."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from forum import screening
from forum.models import Answer, Draft, Finding, Member, Question, Revision
from forum.models.answers import State
from forum.models.asked import find_parent, hold_asked, holding
from forum.models.fields import DEEPEST, STEP, path_step
from forum.models.past import HOUR, MOST_PER_HOUR, Past, looking_back
from forum.models.statements import at_once, put
from forum.permissions import may_answer, may_edit
from forum.text.clean import clean_text
from forum.text.matching import fingerprint
from forum.text.render import RENDERER, render
from forum.text.times import day_and_hour

from . import moderation
from .errors import Conflict, LimitReached, NotAllowed, NothingNew

FORM_USED = (
    "Un premier texte est déjà arrivé par ce formulaire, et celui-ci en diffère. "
    "Renvoyez-le s’il doit s’y ajouter, ou modifiez le premier dans « Mes réponses »."
)
FORM_USED_ELSEWHERE = (
    "Ce formulaire a déjà servi pour un texte arrivé ailleurs. Renvoyez celui-ci s’il doit paraître ici aussi."
)


@dataclass(frozen=True)
class Text:
    """A text made ready outside the transaction, since rendering and reading it are slow."""

    source: str
    html: str
    fingerprint: str
    read_in_it: list[Finding]

    @classmethod
    def ready(cls, source: str) -> "Text":
        source = clean_text(source)
        return cls(source, render(source), fingerprint(source), screening.read(source))

    def looking_back(self, answer: Answer, key: UUID) -> Callable[[], Past]:
        of_anyone = screening.is_compared_with_all(self.source)
        return looking_back(answer, key, self.fingerprint, of_anyone=of_anyone)


def post_answer(
    *, author: Member, question: Question, text: str, key: UUID, reply_to: Answer | None = None
) -> Answer:
    """Post an answer, or a reply to a published one; screening publishes it or holds it.

    `key` names the form it came from: the same text again is the same answer. So it is, whatever
    the form, while that text still waits in the same place: a browser that goes back shows it in
    a form with a new key. Raises `NotAllowed` (closed question, suspended author, parent gone),
    `LimitReached`, and `Conflict` when another text, or one for another place, has arrived by the
    same form, and `Question.DoesNotExist`: of the question, its id is enough.
    """
    ready = Text.ready(text)
    with transaction.atomic():
        answer = Answer(question=question, author=author, reply_to=reply_to, key=key)
        with at_once():
            held, sender, before = holding(question.pk), _holding_author(author), ready.looking_back(answer, key)
            answer.question, answer.author, past = held(), sender(), before()
        question, author = answer.question, answer.author
        if past.form_has_served:
            return _posted_by_this_form(answer, ready.source)
        if past.own_words and (waiting := _still_waiting(answer, ready)):
            return waiting
        parent = answer.reply_to = find_parent(reply_to.pk) if reply_to else None
        if not may_answer(author, question):
            raise NotAllowed(why_not(author, question))
        if reply_to and not parent:  # as `may_reply` has it
            raise NotAllowed("La réponse à laquelle vous répondiez n’est plus publiée.")
        _check_limit(past.sent)
        answer.pk = past.next_answer
        with at_once():
            _add_revision(answer, ready, key, past)
        if past.has_draft:
            drop_draft(author=author, question=question, reply_to=reply_to)
    return answer


def _holding_author(author: Member) -> Callable[[], Member]:
    """The author as he is now, writing one text at a time: what he sends at once into two threads,
    which have a lock each, must meet the same form's key and the same limit per hour."""
    return Member.objects.holding(author.pk)


def _still_waiting(sent: Answer, ready: Text) -> Answer | None:
    """The answer in which the same text waits in the same place.

    Chosen here, among few: SQLite would look through all that hang on the same answer, or on none.
    """
    same = Revision.objects.filter(fingerprint=ready.fingerprint, author=sent.author, text=ready.source)
    for revision in same.select_related("answer").order_by("pk"):
        answer = revision.answer
        if _is_in_the_place_of(sent, answer) and answer.state == State.PENDING and answer.latest_id == revision.pk:
            return answer
    return None


def _is_in_the_place_of(sent: Answer, answer: Answer) -> bool:
    return (answer.question_id, answer.reply_to_id) == (sent.question_id, sent.reply_to_id)


def _posted_by_this_form(sent: Answer, text: str) -> Answer:
    """The answer that the form had brought before, if the same text comes again for the same place."""
    answer = Answer.objects.get(author=sent.author, key=sent.key)
    if not _is_in_the_place_of(sent, answer):
        raise Conflict(FORM_USED_ELSEWHERE)
    if not answer.revisions.filter(key=answer.key, text=text).exists():
        raise Conflict(FORM_USED)
    return answer


def why_not(author, question: Question) -> str:
    """The sentence for someone, known or not, who may not post here now."""
    if author.is_authenticated and author.is_suspended:
        return why_suspended(author)
    if question.opens_at and question.opens_at > timezone.now():
        return f"Cette question ouvrira le {day_and_hour(question.opens_at)}."
    return "Cette question est fermée : elle n’accepte plus de réponses."


def why_suspended(member: Member) -> str:
    """The sentence for a member who may not post at all for a while."""
    until = day_and_hour(member.suspended_until)
    return f"Votre compte est suspendu jusqu’au {until} : vous pouvez lire, pas publier."


def _check_limit(sent: Sequence[datetime]) -> None:
    """Bound what one account can send (the design's limit per account; rows, not cache, count)."""
    if len(sent) == MOST_PER_HOUR:
        wait = sent[-1] + HOUR - timezone.now()
        seconds = max(1, int(wait.total_seconds()))
        raise LimitReached(
            f"Vous avez envoyé {MOST_PER_HOUR} textes en une heure. "
            f"Vous pourrez en envoyer d’autres dans {seconds // 60 + 1} min.",
            retry_after=seconds,
        )


def _place(answer: Answer) -> None:
    """Give a new answer its place in the thread: under its parent, or beside it at the lowest level."""
    step = path_step(answer.pk)
    parent = answer.reply_to
    if parent is None:
        above = ""
    elif parent.depth < DEEPEST:
        above = parent.path
    else:
        above = parent.path[:-STEP]
    answer.path = above + step
    answer.root = answer.path[:STEP]


def _add_revision(answer: Answer, ready: Text, key: UUID, past: Past) -> None:
    """Write the next revision of an answer whose thread is held, and have it screened.

    A new answer is written once it is known what becomes of it.
    """
    is_first = answer.latest_id is None
    if is_first:
        _place(answer)
    revision = Revision(
        pk=past.next_revision,
        answer=answer,
        author=answer.author,
        number=1 if is_first else answer.latest.number + 1,
        text=ready.source,
        html=ready.html,
        renderer=RENDERER,
        fingerprint=ready.fingerprint,
        key=key,
    )
    put(revision)
    revision.past = past
    answer.latest = revision
    moderation.admit(revision, ready.read_in_it)


def edit_answer(*, author: Member, answer: Answer, seen: int, text: str, key: UUID) -> Answer:
    """Add a revision to one's own answer; the published one stays until the new one is decided.

    `seen` is the revision (pk) that the form showed. The same text again changes nothing.
    Raises `NotAllowed`, `LimitReached`, `NothingNew` for a text sent back as a moderator
    returned it, and `Conflict` when the text was changed elsewhere in between.
    """
    ready = Text.ready(text)
    with transaction.atomic():
        question = hold_asked(answer.question_id)
        answer = Answer.objects.select_related("latest").get(pk=answer.pk)
        answer.question = question
        author = answer.author = _holding_author(author)()
        if answer.revisions.filter(key=key, text=ready.source).exists():
            return answer
        if not may_edit(author, answer):
            raise NotAllowed(why_no_edit(author, answer))
        if answer.latest.text == ready.source:
            if answer.text_state in (State.RETURNED, State.REFUSED):
                raise NothingNew("Ce texte n’a pas changé depuis qu’il a été relu : corrigez-le, puis renvoyez-le.")
            return answer
        if answer.revisions.filter(key=key).exists():
            raise Conflict(FORM_USED)
        if answer.latest_id != seen:
            raise Conflict("Vous avez déjà modifié cette réponse, sans doute dans un autre onglet.")
        past = ready.looking_back(answer, key)()
        _check_limit(past.sent)
        _add_revision(answer, ready, key, past)
    return answer


def why_no_edit(author: Member, answer: Answer) -> str:
    """The sentence for an author who may not edit his answer now."""
    if answer.state in (State.REFUSED, State.WITHDRAWN):
        return f"Cette réponse a été {answer.get_state_display()} : elle ne peut plus être modifiée."
    if answer.state == State.DELETED:
        return "Vous avez supprimé cette réponse."
    return why_not(author, answer.question)


def delete_answer(*, author: Member, answer: Answer) -> None:
    """Take one's own answer off the page, whatever its state. Raises `NotAllowed`."""
    moderation.delete(by=author, answer=answer)


def keep_draft(*, author: Member, question: Question, text: str, reply_to: Answer | None = None) -> None:
    """Keep what is in the box, in place of what was kept for this box before."""
    text = clean_text(text)
    if not text:
        drop_draft(author=author, question=question, reply_to=reply_to)
        return
    Draft.objects.update_or_create(
        author=author,
        question=question,
        reply_to=reply_to,
        defaults={"text": text, "updated_at": timezone.now()},
    )


def drop_draft(*, author: Member, question: Question, reply_to: Answer | None = None) -> None:
    Draft.objects.filter(author=author, question=question, reply_to=reply_to).delete()
