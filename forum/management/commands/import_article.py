"""Load a newsroom's text: the article, and its closing questions as threads."""

import hashlib
import sys
import unicodedata
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from forum.actions.articles import ManuscriptError, check_manuscript, import_article
from forum.models import Article
from forum.text.clean import MAX_ARTICLE
from forum.text.manuscript import FoundQuestion, Line, Manuscript, parse_date, read_manuscript

LARGEST = 1_000_000  # bytes
LANGUAGES = {
    "fr": "français", "en": "anglais", "de": "allemand", "es": "espagnol", "it": "italien",
    "nl": "néerlandais", "pt": "portugais",
}  # fmt: skip
# First bytes of files that are often taken for texts, what they are, and what to do with them.
DOCUMENTS = (
    (b"PK\x03\x04", "un document Word, LibreOffice ou une archive"),
    (b"\xd0\xcf\x11\xe0", "un ancien document Word"),
    (b"%PDF", "un PDF"),
    (b"{\\rtf", "un document RTF"),
)
SEEN = 1500  # bytes that are looked at to tell a text from something else


class Erreur(CommandError):
    """Django prints the class before the message, and editors read French."""


class Command(BaseCommand):
    help = (
        "Charge un article (texte ou Markdown, en UTF-8) et ses questions finales. "
        "Le même texte chargé deux fois ne change rien."
    )

    def add_arguments(self, parser) -> None:
        parser.add_argument("file", metavar="FICHIER", help="le texte à charger, ou - pour l’entrée standard")
        parser.add_argument("--dry-run", action="store_true", help="montre ce qui est trouvé, n’enregistre rien")
        parser.add_argument("--title", metavar="TITRE", help="remplace le titre trouvé")
        parser.add_argument(
            "--date", metavar="DATE", help="remplace la date trouvée\u202f: 2021-02-16, 2021-02 ou 2021"
        )
        parser.add_argument(
            "--question",
            metavar="QUESTION",
            action="append",
            default=[],
            help="remplace les questions trouvées\u202f; à répéter pour chaque question",
        )

    def handle(self, *, file, dry_run, title, date, question, **options) -> None:
        text = read_text(file)
        found = read_manuscript(text)
        manuscript = overridden(found, title, date, question)
        origin_hash = fingerprint(text)
        if dry_run:
            self.show(manuscript)
            self.show_outcome(manuscript, origin_hash)
            return
        try:
            article, is_new = import_article(manuscript, origin_hash=origin_hash)
        except ManuscriptError as error:
            raise Erreur(str(error)) from error
        if is_new:
            count = len(manuscript.questions)
            self.stdout.write(f"Article chargé\u202f: {article.title} ({counted(count, 'question')})")
        else:
            self.stdout.write(f"Ce texte est déjà chargé, rien n’a changé\u202f: {article.title}")
            if title or date or question:
                self.stdout.write("Son titre, sa date et ses questions se modifient désormais dans /admin/.")
        self.stdout.write(settings.SITE_URL + article.get_absolute_url())

    def show(self, manuscript: Manuscript) -> None:
        language = LANGUAGES.get(manuscript.language, manuscript.language)
        for name, value in (
            ("Titre", manuscript.title),
            ("Date", manuscript.dated or "aucune (donnez-la avec --date)"),
            ("Langue", language),
            ("Chapeau", manuscript.lead or "aucun"),
            ("Texte", counted(manuscript.paragraphs, "paragraphe")),
            ("Sources", "\u202f; ".join(manuscript.sources) or "aucune"),
            ("Lu, mais pas repris tel quel", set_aside_words(manuscript.set_aside)),
            ("Questions", str(len(manuscript.questions))),
        ):
            self.stdout.write(f"{name}\u202f: {value}")
        for number, question in enumerate(manuscript.questions, start=1):
            self.stdout.write(f"  {number}. {question.text}")
            if question.line.number:
                self.stdout.write(f"     ligne {question.line.number} ({question.why})\u202f: {question.line.text}")
            else:
                self.stdout.write(f"     {question.why}")

    def show_outcome(self, manuscript: Manuscript, origin_hash: str) -> None:
        """Say what loading would do; fail where it would fail."""
        try:
            check_manuscript(manuscript)
        except ManuscriptError as error:
            raise Erreur(str(error)) from error
        if Article.objects.filter(imported_from=origin_hash).exists():
            self.stdout.write("Ce texte est déjà chargé\u202f: le charger ne changerait rien.")
        else:
            self.stdout.write("Essai\u202f: rien n’a été enregistré.")


def set_aside_words(words: list[str]) -> str:
    """What an editor would look for in vain: words that told what the others are, or that no field takes."""
    if not words:
        return "rien"
    quoted = ", ".join(f"«\u202f{word}\u202f»" for word in words)
    return f"{quoted}\n  (repères qui ont guidé la lecture, mots-clés ou liens sans place dans l’article)"


def fingerprint(text: str) -> str:
    """Names the text whatever its spaces and line ends: an editor that saves it anew changes those."""
    return hashlib.sha256(" ".join(unicodedata.normalize("NFC", text).split()).encode()).hexdigest()


def read_text(file: str) -> str:
    """The text of the file, or of standard input for "-". Raises `Erreur`."""
    content = read_bytes(file)
    name = "L’entrée standard" if file == "-" else f"Le fichier «\u202f{file}\u202f»"
    if len(content) > LARGEST:
        raise Erreur(
            f"{name} dépasse 1\u202fMo, la limite pour un article. Gardez-en le texte seul, puis recommencez."
        )
    for start, kind in DOCUMENTS:
        if content.startswith(start):
            raise Erreur(
                f"{name} est {kind}, pas un texte. Enregistrez-le en texte brut (UTF-8), puis recommencez."
            )
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Erreur(f"{name} est en UTF-16. Enregistrez-le en UTF-8, puis recommencez.")
    if is_binary(content):
        raise Erreur(f"{name} est un fichier binaire, pas un texte. Donnez un texte brut ou du Markdown, en UTF-8.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Erreur(
            f"{name} n’est pas en UTF-8 (premier caractère illisible\u202f: ligne {line}). "
            "Enregistrez-le en UTF-8, puis recommencez."
        ) from error
    if len(text) > MAX_ARTICLE:
        raise Erreur(
            f"{name} compte {len(text)} signes\u202f; un article en a au plus {MAX_ARTICLE}. "
            "Gardez-en le texte seul, puis recommencez."
        )
    if not any(char.isalnum() for char in text):
        raise Erreur(f"{name} est vide. Mettez-y l’article et ses questions, puis recommencez.")
    if text.lstrip()[:15].lower().startswith(("<!doctype html", "<html", "<?xml")):
        raise Erreur(f"{name} est une page HTML. Copiez-en le texte dans un fichier texte, puis recommencez.")
    return text


def read_bytes(file: str) -> bytes:
    """At most one byte more than is allowed, which is enough to know that there is too much."""
    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        with Path(file).open("rb") as opened:
            return opened.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise Erreur(f"Le fichier «\u202f{file}\u202f» n’existe pas. Vérifiez son nom et son dossier.") from error
    except IsADirectoryError as error:
        raise Erreur(f"«\u202f{file}\u202f» est un dossier. Donnez le nom d’un fichier.") from error
    except (OSError, ValueError) as error:
        raise Erreur(
            f"Le fichier «\u202f{file}\u202f» ne peut pas être lu. Vérifiez son nom et ses droits."
        ) from error


def is_binary(content: bytes) -> bool:
    """A NUL byte, or more control characters than a text has by accident."""
    start = content[:SEEN]
    controls = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in start)
    return b"\0" in content or controls > 0.02 * len(start)


def overridden(manuscript: Manuscript, title: str | None, date: str | None, questions: list[str]) -> Manuscript:
    """The manuscript with what the editor gave instead of what was found. Raises `Erreur`."""
    if title is not None:
        if not title.strip():
            raise Erreur("Le titre donné avec --title est vide. Donnez-en un, ou retirez --title.")
        manuscript = replace(manuscript, title=" ".join(title.split()))
    if date is not None:
        dated = parse_date(date)
        if not dated:
            raise Erreur(
                f"La date «\u202f{date}\u202f» n’est pas comprise. Écrivez par exemple 2021-02-16, 2021-02 ou "
                f"16 février 2021."
            )
        manuscript = replace(manuscript, dated=dated)
    if questions:
        given = [FoundQuestion(" ".join(text.split()), Line(0, ""), "donnée avec --question") for text in questions]
        manuscript = replace(manuscript, questions=given)
    return manuscript


def counted(count: int, noun: str) -> str:
    return f"{count} {noun}" + ("s" if count > 1 else "")
