"""What French micro-typography changes, and what it leaves alone."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.text.typography import french

# In the tables "_" stands for the narrow no-break space, which nobody can see in a diff.
CHANGED = [
    ("Et vous ?", "Et vous_?"),
    ("Et vous?", "Et vous_?"),
    ("Et vous\u00a0?", "Et vous_?"),
    ("Vraiment ?!", "Vraiment_?!"),
    ("Non !!!", "Non_!!!"),
    ("Non!!!", "Non_!!!"),
    ("Ceci ; cela", "Ceci_; cela"),
    ("Ceci; cela", "Ceci_; cela"),
    ("Ceci : cela", "Ceci_: cela"),
    ("Voici:\n- un", "Voici_:\n- un"),
    ("(Vraiment ?)", "(Vraiment_?)"),
    ("«Bonjour»", "«_Bonjour_»"),
    ("« Bonjour »", "«_Bonjour_»"),
    ("«\u00a0Bonjour\u00a0»!", "«_Bonjour_»_!"),
    ('Il dit "bonjour" à tous', "Il dit «_bonjour_» à tous"),
    ('"Oui" et "non"', "«_Oui_» et «_non_»"),
    ('Il a dit "quoi?".', "Il a dit «_quoi_?_»."),
    ('L\'"ami" du peuple', "L’«_ami_» du peuple"),
    ("l'ami d'hier", "l’ami d’hier"),
    ("aujourd'hui", "aujourd’hui"),
    ("I don't know", "I don’t know"),
    ("Attendez...", "Attendez…"),
    ("Un mot - dit en passant - reste", "Un mot – dit en passant – reste"),
    ("Un mot -- reste", "Un mot – reste"),
    ("10 000 lecteurs", "10_000 lecteurs"),
    ("1 234 567 lecteurs", "1_234_567 lecteurs"),
    ("10\u00a0000 lecteurs", "10_000 lecteurs"),
    ("20 % des voix et 5 €", "20_% des voix et 5_€"),
    ("Vous avez dit 10 000 ?", "Vous avez dit 10_000_?"),
    ("Is that so ?", "Is that so_?"),
]
KEPT = [
    "https://example.org/a?b=c;d:e!",
    "Voir https://example.org/qui-est:le?x=l'ami...",
    "www.example.org/a?b",
    "mailto:qui@example.org?subject=le",
    "Écrire à l-ami.le+pas@example.org",
    "à 10:30 ce soir",
    "le score est de 3:2",
    "C:\\dossier",
    "std::vector",
    "Ha :) et ;) et :-D et :p et :'( et =)",
    "Un :sourire: ici",
    "&eacute; et &#233; et &amp; que",
    "Is it the end?",
    "What is this: the end of it!",
    'They said "no" to the people of it',
    "the end - of it",
    'Un écran de 15" et un autre',
    'Un " isolé " pas clair',
    "5 - 3 = 2",
    "- un tiret de liste",
    "Dialogue :\n- Bonjour".replace(" :", "_:"),
    "le 06 12 34 56 78",
    "en 2020 300 personnes",
    "points de suite ....",
    "(!) et (?)",
    'le "?" et le "!"',
    "?",
    "",
    "« »",
    "a;b?c!d:e",
    "5'10\" de haut",
]


@pytest.mark.parametrize(("typed", "printed"), CHANGED)
def test_text_is_set_as_a_printer_sets_it(typed, printed):
    assert french(typed) == printed.replace("_", "\u202f")


@pytest.mark.parametrize("typed", KEPT)
def test_what_is_not_french_prose_is_left_alone(typed):
    typed = typed.replace("_", "\u202f")
    assert french(typed) == typed


TYPED = """le the a ' ’ " « » ? ! ; : ... … - – -- . , ( ) 10 000 % € https://a.b x@y.fr :) &amp; / “ ”"""
prose = st.lists(st.sampled_from([*TYPED.split(), " ", "\u00a0", "\u202f", "\n", "\ufffc"]), max_size=25).map(
    "".join
)


@settings(deadline=None, max_examples=1500)
@given(st.one_of(st.text(), prose))
def test_setting_twice_is_setting_once(text):
    assert french(french(text)) == french(text)


@settings(deadline=None, max_examples=500)
@given(st.one_of(st.text(), prose))
def test_no_word_is_changed(text):
    assert re.findall(r"\w+", french(text)) == re.findall(r"\w+", text)
