"""Fields that take readers' words in."""

from itertools import groupby
from operator import attrgetter

from django import forms
from django.forms.models import ModelChoiceIterator

from forum.models import Question
from forum.text.clean import clean_text
from forum.text.render import plain

QUESTIONS_OFFERED = 100  # in a menu; any other one can be named in the address


class ReaderTextField(forms.CharField):
    """A text of several lines, cleaned before it is measured."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, shortest: int = 0, **options) -> None:
        self.shortest, self.longest = shortest, longest
        super().__init__(strip=False, **options)

    def to_python(self, value) -> str:
        return clean_text(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if 0 < len(value) < self.shortest:
            raise forms.ValidationError(
                f"Votre texte est trop court\u202f: écrivez au moins {self.shortest} caractères."
            )
        if len(value) > self.longest:
            raise forms.ValidationError(
                f"Votre texte compte {_thousands(len(value))} caractères\u202f; la limite est de "
                f"{_thousands(self.longest)}. Il est gardé dans le cadre\u202f: raccourcissez-le."
            )


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")


class _ByArticle(ModelChoiceIterator):
    """The newest questions, each under the title of its article."""

    def __iter__(self):
        yield "", self.field.empty_label
        newest = self.queryset.select_related("article").order_by("-article_id", "position", "pk")
        for article, questions in groupby(newest[:QUESTIONS_OFFERED], key=attrgetter("article")):
            yield plain(article.title, 80), [self.choice(question) for question in questions]


class QuestionField(forms.ModelChoiceField):
    """One of the questions, to filter by."""

    iterator = _ByArticle

    def __init__(self, **options) -> None:
        super().__init__(
            Question.objects.all(), label="Question", required=False, empty_label="Toutes les questions", **options
        )

    def label_from_instance(self, question: Question) -> str:
        return plain(question.text, 80)
