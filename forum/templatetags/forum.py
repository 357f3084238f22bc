"""What the templates need beyond Django: the nameplate, French counts, dates as people say them."""

from datetime import datetime, timedelta

from django import template
from django.forms import BoundField
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from forum.models.answers import COUNTED_TO
from forum.text import browsers, durations, render, times, typography

register = template.Library()
register.filter("french", typography.french)
register.filter("partial_date", times.partial)
register.filter("browser", browsers.browser_words)

# The letter that presses each verb's button: p lets the text stand, r takes it off.
KEYS = {
    "publish": "p",
    "keep": "p",
    "restore": "p",
    "overturn": "p",
    "return": "c",
    "refuse": "r",
    "withdraw": "r",
}
NARROW = "\u202f"


@register.simple_tag
def nameplate(name: str) -> SafeString:
    """The site's name; a question mark that ends it is the ornament of the house."""
    if not name.endswith("?"):
        return conditional_escape(name)
    return format_html('{}<span class="masthead__mark">?</span>', name.removesuffix("?"))


@register.filter
def counted(number: int, words: str) -> str:
    """`{{ 3|counted:"réponse,réponses" }}` is "3 réponses". In French, zero is singular."""
    singular, plural = words.split(",")
    figures = f"{number:,}".replace(",", NARROW)
    return f"{figures}\u00a0{singular if number < 2 else plural}"


@register.filter
def counted_to(number: int, words: str) -> str:
    """Like `counted`, for numbers of a record: beyond what is counted, "plus de 100 réponses"."""
    return counted(number, words) if number <= COUNTED_TO else f"plus de {counted(COUNTED_TO, words)}"


@register.simple_tag
def when(moment: datetime) -> SafeString:
    """A moment as people say it, exact for machines and on hover."""
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), times.exact(moment), times.relative(moment)
    )


@register.filter
def stored(html: str) -> SafeString:
    """The HTML that a revision keeps, made by `forum.text.render`."""
    return render.stored(html)


@register.filter
def plain(text: str, limit: int) -> str:
    """The beginning of a text without its markup."""
    return render.plain(text, limit)


@register.filter
def spoken(span: timedelta) -> str:
    """ "environ 12 minutes"."""
    return durations.spoken(span)


@register.filter
def key(verb: str) -> str:
    """The letter that presses the verb's button in the queue."""
    return KEYS[verb]


@register.filter
def takes_focus(field: BoundField) -> bool:
    """Whether the reader is to write in this field first, in a form that came back: the first one to mend."""
    form = field.form
    if not form.errors:
        return False
    seen = form.visible_fields()
    return field.name == next((each for each in seen if each.errors), seen[0]).name


@register.filter
def with_focus(field: BoundField) -> SafeString:
    """The field's control, which takes the focus where `takes_focus` says so."""
    return field.as_widget(attrs={"autofocus": takes_focus(field)})
