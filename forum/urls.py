"""The forum's addresses."""

from django.urls import path, register_converter

from forum.views import articles, questions, rules


class PkConverter:
    """A row's number, small enough for every database: a longer one is an unknown page, not an error."""

    regex = "[1-9][0-9]{0,17}"

    def to_python(self, value: str) -> int:
        return int(value)

    def to_url(self, value: int) -> str:
        return str(value)


register_converter(PkConverter, "pk")

urlpatterns = [
    path("", articles.home, name="home"),
    path("articles/<slug:slug>/", articles.article, name="article"),
    path("questions/<pk:pk>/", questions.question, name="question"),
    path("reponses/<pk:pk>/", questions.answer, name="answer"),
    path("regles/", rules.rules, name="rules"),
]
