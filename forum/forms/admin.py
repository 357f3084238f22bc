"""The admin's forms: articles and their questions, blocked phrases, measures about members."""

import hashlib

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import Max
from django.utils import timezone

from forum.actions.slugs import free_slug
from forum.models import Article, BlockedPhrase, Question, Sanction
from forum.text.clean import MAX_ARTICLE
from forum.text.matching import find_passages, normalise

from .fields import ReaderTextField

MARKDOWN = (
    "Markdown\u202f: une ligne vide entre deux paragraphes, ## devant un intertitre, > devant une citation, "
    "*italique*, **gras**, [texte du lien](https://exemple.org)."
)


def large_box(rows: int) -> forms.Textarea:
    """A box as wide as the admin's own, of another height."""
    return forms.Textarea(attrs={"class": "vLargeTextField", "rows": rows})


def _short_enough(text: str) -> str:
    if len(text) > MAX_ARTICLE:
        raise forms.ValidationError(f"{len(text)} signes\u202f: il en faut au plus {MAX_ARTICLE}. Raccourcissez.")
    return text


class CarriedField(forms.CharField):
    """Comes along with the form and is no change of what the form is about: the history leaves it out."""

    def has_changed(self, initial, data) -> bool:
        return False


class ArticleForm(forms.ModelForm):
    # Names the article as the page showed it: what somebody else has saved since is not written over unseen.
    seen = CarriedField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Article
        fields = ["title", "slug", "lead", "body", "sources", "dated", "language", "moderation"]
        labels = {"slug": "Adresse de la page"}
        help_texts = {
            "slug": "Ce qui suit /articles/ dans la barre du navigateur. Laissez vide, elle sera faite du titre. "
            "Une fois l’article en ligne, n’y touchez plus\u202f: les liens partagés ne mèneraient nulle part.",
            "lead": "Deux ou trois phrases qui ouvrent l’article et le présentent à l’accueil.",
            "body": f"{MARKDOWN} Sans les questions finales\u202f: elles ont leur place plus bas.",
            "sources": "Une par ligne, en Markdown\u202f: [Titre](https://exemple.org), date.",
            "dated": "Aussi précise qu’on la connaît\u202f: 2021, 2021-02 ou 2021-02-17.",
            "language": "Deux lettres\u202f: fr, en…",
        }
        widgets = {
            "slug": forms.TextInput(attrs={"class": "vTextField"}),
            "body": large_box(24),
            "lead": large_box(3),
        }
        error_messages = {
            "slug": {
                "invalid": "Des lettres sans accent, des chiffres, des tirets, rien d’autre\u202f: le-pont-ferme.",
                "unique": "Un autre article a déjà cette adresse\u202f: changez-la, ou laissez vide.",
            }
        }

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.now = self._digest() if self.instance.pk else ""
        self.initial["seen"] = self.now
        if "slug" in self.fields:
            self.fields["slug"].required = False

    def _digest(self) -> str:
        values = [getattr(self.instance, name) for name in ArticleForm.Meta.fields]
        return hashlib.sha256(repr(values).encode(errors="surrogatepass")).hexdigest()

    def clean(self) -> dict:
        cleaned = super().clean()
        if self.now and cleaned.get("seen") not in ("", self.now):
            self.data = self.data.copy()
            self.data[self.add_prefix("seen")] = self.now  # sent again, it is meant
            raise forms.ValidationError(SOMEBODY_SAVED_FIRST)
        return cleaned

    def clean_body(self) -> str:
        return _short_enough(self.cleaned_data["body"])

    def clean_sources(self) -> str:
        return _short_enough(self.cleaned_data["sources"])

    def clean_slug(self) -> str:
        return self.cleaned_data["slug"] or free_slug(self.cleaned_data.get("title", ""), but=self.instance)

    def clean_dated(self) -> str:
        # Not with each start of the server: the patterns that read manuscripts take long to make.
        from forum.text.manuscript import parse_date

        dated = self.cleaned_data["dated"]
        if dated and parse_date(dated) != dated:
            raise forms.ValidationError("Cette date ne se lit pas\u202f: écrivez 2021, 2021-02 ou 2021-02-17.")
        return dated


SOMEBODY_SAVED_FIRST = (
    "Cet article a été enregistré par quelqu’un d’autre pendant que vous l’écriviez\u202f: rien n’a été changé. "
    "Votre version est ci-dessous. Comparez-la à celle du site, puis enregistrez-la de nouveau si elle doit la "
    "remplacer."
)

# Well below what the column takes, so that there is always a rank after the last one.
LAST_RANK = 999


class QuestionForm(forms.ModelForm):
    class Meta:
        model = Question
        fields = ["position", "text", "moderation", "opens_at", "closes_at"]
        labels = {"text": "Texte"}
        help_texts = {
            "position": "L’ordre sur la page. Vide\u202f: à la suite des autres.",
            "text": "Une seule phrase ou deux\u202f; Markdown d’une ligne (*italique*, **gras**, lien).",
            "opens_at": "Vide\u202f: ouverte dès maintenant.",
            "closes_at": "Vide\u202f: sans fin. Une question fermée reste en ligne avec ses réponses.",
        }
        widgets = {"text": large_box(3)}

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        if "position" in self.fields:
            self.fields["position"].required = False
            self.fields["position"].validators.append(MaxValueValidator(LAST_RANK))

    def has_changed(self) -> bool:
        """A rank alone makes no question: it stood there before anybody wrote."""
        return bool(set(self.changed_data) - {"position"}) if self.instance._state.adding else super().has_changed()

    def clean(self) -> dict:
        cleaned = super().clean()
        opens, closes = cleaned.get("opens_at"), cleaned.get("closes_at")
        if opens and closes and closes <= opens:
            self.add_error("closes_at", "La question fermerait avant d’ouvrir\u202f: donnez une date plus tardive.")
        return cleaned


class QuestionFormSet(forms.BaseInlineFormSet):
    def __init__(self, *args, **kwargs) -> None:
        """A blank question proposes the rank after the last one; those that the page adds go to the end."""
        super().__init__(*args, **kwargs)
        self.initial_extra = [{"position": self._last_rank() + 1}]

    @property
    def empty_form(self) -> forms.ModelForm:
        form = super().empty_form
        form.initial["position"] = None
        return form

    def clean(self) -> None:
        """Questions with answers stay. Said here, before Django would name every answer that hangs on them."""
        leaving = [form.instance.pk for form in self.forms if form.cleaned_data.get("DELETE") and form.instance.pk]
        if Question.objects.filter(pk__in=leaving, answers__isnull=False).exists():
            raise forms.ValidationError(WHY_QUESTION_STAYS)
        super().clean()
        self._rank_the_unranked()

    def _rank_the_unranked(self) -> None:
        """To the end, in the order of the page."""
        changed = [form for form in self.forms if form.has_changed() and "position" in form.fields]
        ranks = [form.cleaned_data.get("position") for form in changed]
        last = max(self._last_rank(), *filter(None, ranks), 0)
        for form, rank in zip(changed, ranks, strict=True):
            if rank is None:
                last += 1
                form.instance.position = last

    def _last_rank(self) -> int:
        return self.get_queryset().aggregate(last=Max("position"))["last"] or 0


WHY_QUESTION_STAYS = (
    "Cette question a reçu des réponses\u202f: elle ne peut pas être supprimée, et rien n’a été changé. "
    "Pour ne plus en recevoir, choisissez la modération «\u202ffermée\u202f» ou une date de fermeture."
)


class BlockedPhraseForm(forms.ModelForm):
    class Meta:
        model = BlockedPhrase
        fields = ["phrase", "note"]
        help_texts = {
            "phrase": "Trouvée comme mot entier, quels que soient la casse, les accents, les lettres espacées ou "
            "déguisées\u202f; le pluriel en -s ou -x aussi. Le féminin est une expression de plus.",
            "note": "Pour les autres modérateurs\u202f: pourquoi elle est ici.",
        }

    def clean_phrase(self) -> str:
        phrase = self.cleaned_data["phrase"]
        normalised = normalise(phrase)
        if sum(map(str.isalnum, normalised)) < 2 or not find_passages([normalised], phrase):
            raise forms.ValidationError(
                "Cette expression ne serait trouvée dans aucun texte\u202f: il y faut plus d’une lettre."
            )
        others = BlockedPhrase.objects.exclude(pk=self.instance.pk)
        hits = find_passages(others.values_list("normalised", flat=True), phrase)
        whole = {normalised, *(hit.phrase for hit in hits if hit.passage == phrase.strip())}
        same = others.filter(normalised__in=whole).first()
        if same is not None:
            raise forms.ValidationError(
                f"«\u202f{same}\u202f» est déjà dans la liste et trouve les mêmes mots\u202f: rien à ajouter."
            )
        return phrase


class SanctionForm(forms.Form):
    """A measure about a member, or the end of one, with its reason."""

    kind = forms.ChoiceField(
        choices=Sanction.Kind,
        error_messages={
            "required": "Choisissez la mesure.",
            "invalid_choice": "Cette mesure n’existe pas\u202f: choisissez-en une de la page.",
        },
    )
    until = forms.DateTimeField(
        label="Suspendre jusqu’au",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="Pour une suspension seulement, heure de la rédaction.",
        error_messages={"invalid": "Cette date ne se lit pas\u202f: écrivez 2026-12-31 18:00."},
    )
    reason = ReaderTextField(
        label="Motif",
        longest=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Ce qui s’est passé, écrit pour le membre\u202f: il le lit, sur le site et par courriel. Seul le "
        "motif de «\u202fToujours relire\u202f», et de sa fin, reste à la modération.",
        error_messages={"required": "Donnez le motif\u202f: une mesure ne va pas sans."},
    )

    def clean(self) -> dict:
        cleaned = self.cleaned_data
        is_suspension = cleaned.get("kind") == Sanction.Kind.SUSPEND
        until = cleaned.get("until")
        if not is_suspension:
            cleaned["until"] = None
        elif "until" not in self.errors and (until is None or until <= timezone.now()):
            self.add_error("until", "Donnez la fin de la suspension\u202f: une date à venir.")
        return cleaned
