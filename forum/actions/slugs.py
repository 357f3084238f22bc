"""The ends of the articles' addresses."""

import re

from django.utils.text import slugify

from forum.models import Article

_LONGEST_SLUG = Article._meta.get_field("slug").max_length


def free_slug(title: str, but: Article | None = None) -> str:
    """The end of an address made of the title, that no article other than `but` has."""
    stem = slugify(re.sub("[’']", " ", title.lower().replace("œ", "oe").replace("æ", "ae")))
    if len(stem) > _LONGEST_SLUG - 8:
        stem = stem[: _LONGEST_SLUG - 8].rpartition("-")[0] or stem[: _LONGEST_SLUG - 8]
    stem = stem or "article"
    others = Article.objects.exclude(pk=but.pk) if but else Article.objects.all()
    taken = set(others.filter(slug__startswith=stem).values_list("slug", flat=True))
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
