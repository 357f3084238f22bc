"""What a form asks to mend: each point named, with the way to its box however far below it stands."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BaseFormSet, MultiWidget
from django.forms.boundfield import BoundField
from django.utils.text import capfirst


@dataclass(frozen=True)
class Point:
    anchor: str
    place: str
    sentence: str


def points_to_mend(form: BaseForm, inlines: Iterable) -> list[Point]:
    """In the order of the page. `inlines` are the admin's; what stands above the form is not told twice."""
    points = list(_of_form(form))
    for inline in inlines:
        points += _of_formset(inline.formset, capfirst(inline.opts.verbose_name_plural))
    return points


def _of_form(form: BaseForm, place: str = "") -> Iterator[Point]:
    for name in form.fields:
        for sentence in form.errors.get(name, []):
            bound = form[name]
            yield Point(_anchor(bound), f"{place}, {bound.label.lower()}" if place else bound.label, sentence)


def _of_formset(formset: BaseFormSet, title: str) -> Iterator[Point]:
    for sentence in formset.non_form_errors():
        yield Point(f"{formset.prefix}-group", title, sentence)
    for number, form in enumerate(formset.forms, start=1):
        place = f"Question {number}" if form.instance.pk else "Nouvelle question"  # as its heading says
        for sentence in form.errors.get(NON_FIELD_ERRORS, []):
            yield Point(form.prefix, place, sentence)
        yield from _of_form(form, place)


def _anchor(bound: BoundField) -> str:
    """A moment has two boxes: the first of them."""
    return f"{bound.auto_id}_0" if isinstance(bound.field.widget, MultiWidget) else bound.auto_id
