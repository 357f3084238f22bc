"""Reports: a reader says that a published answer breaks a rule."""

from django.db import transaction

from forum.models import Answer, Member, Reason, Report
from forum.permissions import may_report
from forum.screening import risk_of

from .cases import open_case
from .errors import NotAllowed
from .threads import lock_threads


def report_answer(*, by: Member, answer: Answer, reason: Reason, remark: str = "") -> Report:
    """Report the text that is published now, once per reader; the answer joins the queue.

    Reported again by the same reader, the first report is returned. Raises `NotAllowed`.
    """
    with transaction.atomic():
        lock_threads([answer.question_id])
        answer = Answer.objects.select_related("revision", "latest").get(pk=answer.pk)
        if not may_report(by, answer):
            raise NotAllowed("Cette réponse n’est plus publiée : il n’y a plus rien à signaler.")
        report, is_new = Report.objects.get_or_create(
            revision=answer.revision, by=by, defaults={"answer": answer, "reason": reason, "remark": remark}
        )
        if is_new:
            open_case(answer, risk_of(answer.latest if answer.waits else answer.revision))
    return report
