"""`python -m torture.seed MEMBERS`: members who can log in, and questions that they answer; prints their ids."""

import json
import os
import sys

import django

QUESTIONS = 12


def main(number: int) -> None:
    from allauth.account.models import EmailAddress
    from django.contrib.auth.hashers import make_password
    from django.core.management import call_command

    from benchmarks.seed import seed_members
    from forum.models import Article, Member, Question

    from .writers import PASSWORD

    call_command("first_start", stdout=sys.stderr)
    members = seed_members(number)
    Member.objects.filter(pk__in=[member.pk for member in members]).update(password=make_password(PASSWORD))
    EmailAddress.objects.bulk_create(
        EmailAddress(user=member, email=member.email, verified=True, primary=True) for member in members
    )
    article = Article.objects.create(slug="epreuve", title="Une épreuve", body="Un texte.")
    questions = [
        Question.objects.create(article=article, position=rank, text=f"Et vous, la {rank}e\u202f?")
        for rank in range(1, QUESTIONS + 1)
    ]
    print(json.dumps([question.pk for question in questions]))


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "torture.settings")
    django.setup()
    main(int(sys.argv[1]))
