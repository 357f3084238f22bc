"""Articles and their closing questions enter the forum."""

from collections import Counter

from django.db import transaction

from forum.models import Article, Question
from forum.text.manuscript import LONGEST_LEAD, LONGEST_QUESTION, LONGEST_TITLE, Manuscript

from .slugs import free_slug

MOST_QUESTIONS = 50  # of one article


class ManuscriptError(Exception):
    """A text that cannot become an article. Its message is French: what happened and what to do."""


@transaction.atomic
def import_article(manuscript: Manuscript, *, origin_hash: str) -> tuple[Article, bool]:
    """The article made of the manuscript with its questions, and whether it is new.

    `origin_hash` is a SHA-256, in hexadecimal digits, that names the text it came from: the same
    text again changes nothing, whatever was found in it. Raises `ManuscriptError`.
    """
    check_manuscript(manuscript)
    article, is_new = Article.objects.get_or_create(
        imported_from=origin_hash,
        defaults={
            "slug": free_slug(manuscript.title),
            "title": manuscript.title,
            "lead": manuscript.lead,
            "body": manuscript.body,
            "sources": "\n".join(manuscript.sources),
            "language": manuscript.language,
            "dated": manuscript.dated,
        },
    )
    if is_new:
        Question.objects.bulk_create(
            Question(article=article, position=position, text=question.text)
            for position, question in enumerate(manuscript.questions, start=1)
        )
    return article, is_new


def check_manuscript(manuscript: Manuscript) -> None:
    """Raise `ManuscriptError` where something is missing from the article or too long for it."""
    if not manuscript.questions:
        raise ManuscriptError(
            "Aucune question finale n’a été trouvée dans ce texte. Placez les questions à la fin, sous un "
            "intertitre "
            "«\u202fEt vous\u202f?\u202f», ou donnez-les avec --question."
        )
    if not manuscript.title.strip() or not (manuscript.body or manuscript.lead):
        raise ManuscriptError(
            "Ce texte ne contient que des questions. Ajoutez l’article qui les précède, puis recommencez."
        )
    if len(manuscript.title) > LONGEST_TITLE:
        raise ManuscriptError(
            f"Le titre compte {len(manuscript.title)} signes\u202f; il en faut au plus {LONGEST_TITLE}. "
            "Donnez-en un plus court avec --title."
        )
    if len(manuscript.lead) > LONGEST_LEAD:
        raise ManuscriptError(
            f"Le chapeau compte {len(manuscript.lead)} signes\u202f; il en faut au plus {LONGEST_LEAD}. "
            "Raccourcissez-le."
        )
    if len(manuscript.questions) > MOST_QUESTIONS:
        raise ManuscriptError(
            f"Ce texte a {len(manuscript.questions)} questions\u202f; il en faut au plus {MOST_QUESTIONS}. "
            "Donnez avec --question celles qui ouvrent un débat."
        )
    asked = [" ".join(question.text.casefold().split()) for question in manuscript.questions]
    times = Counter(asked)
    for question, text in zip(manuscript.questions, asked, strict=True):
        if times[text] > 1:
            raise ManuscriptError(
                f"La question «\u202f{question.text[:60]}\u202f» est donnée deux fois. Ne la gardez qu’une fois."
            )
        if not question.text.strip():
            raise ManuscriptError("Une des questions est vide. Donnez son texte avec --question.")
        if len(question.text) > LONGEST_QUESTION:
            raise ManuscriptError(
                f"La question «\u202f{question.text[:60]}…\u202f» compte {len(question.text)} signes\u202f; "
                f"il en faut "
                f"au plus {LONGEST_QUESTION}. Donnez les questions avec --question."
            )
