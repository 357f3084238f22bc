"""The forum's addresses."""

from django.urls import path, register_converter

from forum.views import answers, articles, health, journal, members, moderation, questions, rules


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
    path("questions/<pk:pk>/repondre/", answers.answer_create, name="answer_create"),
    path("reponses/<pk:pk>/repondre/", answers.reply_create, name="reply_create"),
    path("reponses/<pk:pk>/modifier/", answers.answer_edit, name="answer_edit"),
    path("reponses/<pk:pk>/supprimer/", answers.answer_delete, name="answer_delete"),
    path("reponses/<pk:pk>/signaler/", answers.answer_report, name="answer_report"),
    path("mes-reponses/", members.my_answers, name="my_answers"),
    path("avis/", members.notifications, name="notifications"),
    path("moderation/", moderation.moderation_queue, name="moderation_queue"),
    path("moderation/prendre/", moderation.moderation_take, name="moderation_take"),
    path("moderation/decider/", moderation.moderation_decide, name="moderation_decide"),
    path("moderation/journal/", journal.moderation_journal, name="moderation_journal"),
    path("moderation/reponses/<pk:pk>/", moderation.moderation_answer, name="moderation_answer"),
    path("moderation/decisions/<pk:pk>/annuler/", moderation.moderation_undo, name="moderation_undo"),
    path("sante/", health.health, name="health"),
    path("sante/vivant/", health.health_live, name="health_live"),
]
