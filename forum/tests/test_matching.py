"""Texts compared: what is found whatever its dress, and what is left alone."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forum.text.lookalikes import GROWTH, LOOKALIKES, fold_character
from forum.text.matching import count_links, find_passages, fingerprint, normalise

any_text = st.text(st.characters(), max_size=200)  # lone surrogates included
PHRASES = (
    *("con", "pd", "connard", "salope", "arnaque", "taré", "fils de pute", "sale con", "tête de nœud", "ta gueule"),
    *("exemple.fr", "1000 euros", "06 12 34 56 78", "傻逼", "гадина", "🖕", "mon 🍑"),
)


def found(text: str, *phrases: str) -> list[tuple[str, str]]:
    passages = find_passages([normalise(phrase) for phrase in phrases or PHRASES], text)
    return [(passage.phrase, passage.passage) for passage in passages]


@pytest.mark.parametrize(
    ("text", "copy"),
    [
        ("  L’Été \n\t des   œuvres ", "l'ete des oeuvres"),
        ("c0nnard, 4rnaque et pa$$ion", "connard, arnaque et passion"),
        ("ＣＯＮＮＡＲＤ 𝕮𝖔𝖓𝖓𝖆𝖗𝖉 🅲🅾🅽🅽🅰🆁🅳 ᴄᴏɴɴᴀʀᴅ", "connard connard connard connard"),
        ("cοnnаrd", "connard"),  # a Greek o, a Cyrillic a
        ("co\u200bnn\u00adar\ufe0fd", "connard"),
        ("con\u0335n\u0e31a\u0301rd", "connard"),
        ("Straße, Łódź, Ærø", "strasse, lodz, aero"),
        ("le covid19 à 10 h, 100 €", "le covid19 a 10 h, 100 €"),
        ("l´été – ‘fin’", "l´ete - 'fin'"),
        ("राम और रम", "राम और रम"),
        ("\ufdfa", "صلى"),
        ("\ud800\x00", ""),
        ("", ""),
    ],
)
def test_copy_is_plain(text, copy):
    assert normalise(text) == copy


@given(any_text)
@example("ab1²3$")
@example("a\u0e31\u0301")
@example("\ufdfa" * 20)
def test_copy_of_a_copy_is_itself_and_bounded(text):
    copy = normalise(text)
    assert normalise(copy) == copy
    assert len(copy) <= GROWTH * len(text)


@pytest.mark.parametrize(
    ("text", "phrase", "passage"),
    [
        ("Quel CON, lui.", "con", "CON"),
        ("qu’un con", "con", "con"),
        ("c-o-n", "con", "c-o-n"),
        ("t’es c o n", "con", "c o n"),
        ("c0n", "con", "c0n"),
        ("coooon", "con", "coooon"),
        ("un connard !", "connard", "connard"),
        ("des connards", "connard", "connards"),
        ("ces tarés", "taré", "tarés"),
        ("Connard2024", "connard", "Connard"),
        ("Connard™🇫🇷", "connard", "Connard"),
        ("connnnnard", "connard", "connnnnard"),
        ("c o n n a r d", "connard", "c o n n a r d"),
        ("bah c.o.n.n.a.r.d.s va", "connard", "c.o.n.n.a.r.d.s"),
        ("con-nard", "connard", "con-nard"),
        ("con**nard** va", "connard", "con**nard"),
        (r"con\_nard", "connard", r"con\_nard"),
        ("con`na`~~rd~~", "connard", "con`na`~~rd"),
        ("c&#111;nn&#x61;rd", "connard", "c&#111;nn&#x61;rd"),
        ("con&shy;nard tar&eacute;", "connard", "con&shy;nard"),
        ("tar&eacute;", "taré", "tar&eacute;"),
        ("con[nard](https://x.example)", "connard", "con[nard"),
        ("con[](https://x.example)nard", "connard", "con[](https://x.example)nard"),
        ("[ici](https://x.example/connard)", "connard", "connard"),
        ("connárd\u0301 !", "connard", "connárd\u0301"),
        ("sa1ope", "salope", "sa1ope"),
        ("saIope", "salope", "saIope"),
        ("s@lope", "salope", "s@lope"),
        ("$alope", "salope", "$alope"),
        ("une 4rn4qu3", "arnaque", "4rn4qu3"),
        ("l’arnaque", "arnaque", "arnaque"),
        ("fils\n- de\n- **pute**", "fils de pute", "fils\n- de\n- **pute"),
        ("fils de p.u.t.e", "fils de pute", "fils de p.u.t.e"),
        ("#filsdepute", "fils de pute", "filsdepute"),
        ("f i l s d e p u t e", "fils de pute", "f i l s d e p u t e"),
        ("fils-de-putes", "fils de pute", "fils-de-putes"),
        ("sales con", "sale con", "sales con"),
        ("Têtes de nœud", "tête de nœud", "Têtes de nœud"),
        ("spam@exemple.fr", "exemple.fr", "exemple.fr"),
        ("https://www.exemple.fr/a", "exemple.fr", "exemple.fr"),
        ("à 1000 euros", "1000 euros", "1000 euros"),
        ("06.12.34.56.78", "06 12 34 56 78", "06.12.34.56.78"),
        ("0612345678", "06 12 34 56 78", "0612345678"),
        ("你是傻逼吗", "傻逼", "傻逼"),
        ("Ах ты гадина", "гадина", "гадина"),
        ("va 🖕🏽", "🖕", "🖕"),
        ("Mon 🍑", "mon 🍑", "Mon 🍑"),
    ],
)
def test_phrase_is_found_in_any_dress(text, phrase, passage):
    assert (normalise(phrase), passage) in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Le conseil de l’économie, un concours de circonstances à Scunthorpe",
        "**con**seil, éCONomie, con**cours**",
        "Il a pu te dire",
        "le cône et la conne",
        "P.D.G., C.O.N.F.E.D. ou p d g",
        "10000 euros",
        "une salopette, un tardif",
        "mon ami",
        "c’est à y aller",
        "conn",
    ],
)
def test_honest_words_are_left_alone(text):
    assert found(text) == []


def test_word_is_not_made_of_two_honest_ones():
    assert found("con nard", "connard") == []


def test_passages_come_in_the_order_of_the_text_each_once():
    passages = find_passages(["con", "arnaque"], "Arnaque, con, arnaque, con, CON.")
    assert passages == [
        ("arnaque", "Arnaque", 0),
        ("con", "con", 9),
        ("arnaque", "arnaque", 14),
        ("con", "CON", 28),
    ]


def test_one_letter_and_nothing_are_never_found():
    assert find_passages(["c", "", "1"], "c’est 1 c") == []


@given(st.lists(st.one_of(st.sampled_from(PHRASES), any_text), max_size=5), any_text)
def test_passage_is_part_of_the_text(phrases, text):
    for passage in find_passages([normalise(phrase) for phrase in phrases], text):
        assert passage.passage
        assert text[passage.start :].startswith(passage.passage)


@given(st.sampled_from(("connard", "fils de pute", "гадина", "傻逼")), any_text, any_text)
def test_phrase_between_two_lines_is_found_whatever_they_are(phrase, before, after):
    plain = {ord(char): None for char in "[]()&\\"}
    text = f"{before.translate(plain)}\n{'-' * 30}\n{phrase}\n{'-' * 30}\n{after.translate(plain)}"
    assert phrase in [passage.phrase for passage in find_passages([phrase], text)]


@pytest.mark.parametrize(
    "pattern", ["a ", "s ", "a.b.", "1l", "a@", "[", "](", "](a)", "&", "[a]:\n", "*", "\u0301", "http://"]
)
def test_hostile_texts_are_read_to_the_end(pattern):
    text = pattern * (10_000 // len(pattern)) + " connard"
    assert ("connard", "connard") in found(text, "connard", "abababab", "ssss", "a a a")
    assert count_links(text) >= 0
    assert len(fingerprint(text)) == 64


def test_same_words_have_one_fingerprint():
    dressed = [
        "Une belle Arnaque !",
        "une **belle** arnaque…",
        "UNE BELLE 4RNAQUE",
        "u\u200bne belle\n\narn&#97;que 😀",
    ]
    assert len({fingerprint(text) for text in dressed}) == 1
    assert len({fingerprint(text) for text in ["oui", "non", "😀", "🖕", "…", "?", ""]}) == 7


@given(any_text)
def test_any_text_has_a_fingerprint_and_a_number_of_links(text):
    assert int(fingerprint(text), 16) >= 0
    assert count_links(text) <= len(text)


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Rien à voir, www ou http.", 0),
        ("http://a.example puis HTTPS://b.example et www.c.example", 3),
        ("http://a.example et http://a.example", 2),
        ("[ici](http://a.example) et [là](/articles/1)", 2),
        ("[a](http://a.example)[b](http://b.example)", 2),
        ("[http://a.example](http://a.example)", 1),
        ("<https://a.example>", 1),
        ("[w](https://fr.wikipedia.org/wiki/A_(b))", 1),
        ("http://www.a.example", 1),
        ("a@b.example <mailto:a@b.example> [moi](mailto:a@b.example)", 0),
        ("[un][Site] [deux][site] [site]\n\n[site]: http://a.example", 3),
        ("[note] sans lien", 0),
    ],
)
def test_links_are_counted_as_a_reader_sees_them(text, links):
    assert count_links(text) == links


def test_every_lookalike_has_its_plain_form():
    for plain, chars in LOOKALIKES.items():
        assert {fold_character(char) for char in chars} == {plain}
