"""How a text looks on the page: its markup, its typography, what a moderator sees marked."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.text.clean import MAX_LENGTH
from forum.text.render import plain, render, render_article, render_inline, stored

REL = 'rel="nofollow ugc noopener"'


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Une *ligne*\nune **autre**", "<p>Une <em>ligne</em><br>\nune <strong>autre</strong></p>"),
        ("Un\n\ndeux", "<p>Un</p>\n<p>deux</p>"),
        ("~~non~~", "<p><s>non</s></p>"),
        ("# Titre\ntexte", "<p><strong>Titre</strong></p>\n<p>texte</p>"),
        ("Un texte\n---\nun autre", "<p>Un texte</p>\n<hr>\n<p>un autre</p>"),
        ("    un alinéa", "<p>un alinéa</p>"),
        ("> cité", "<blockquote>\n<p>cité</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. c\n4. d", '<ol start="3">\n<li>c</li>\n<li>d</li>\n</ol>'),
        ("```python\nx = 'a'\n```", "<pre><code>x = 'a'\n</code></pre>"),
        ("`l'ami ?`", "<p><code>l'ami ?</code></p>"),
        ("<b>gras</b>", "<p>&lt;b&gt;gras&lt;/b&gt;</p>"),
        ("&eacute;", "<p>&amp;eacute;</p>"),
        ("[ici](https://a.fr 'caché')", f'<p><a href="https://a.fr" {REL}>ici</a></p>'),
        ("[](https://a.fr)", f'<p><a href="https://a.fr" {REL}>https://a.fr</a></p>'),
        ("[ici]()", "<p>ici</p>"),
        ("![vue](https://a.fr/i.png)", f'<p><a href="https://a.fr/i.png" {REL}>vue</a></p>'),
        ("![](https://a.fr/i.png)", f'<p><a href="https://a.fr/i.png" {REL}>https://a.fr/i.png</a></p>'),
        (
            "Voir https://a.fr/x_y_z(1), merci.",
            f'<p>Voir <a href="https://a.fr/x_y_z(1)" {REL}>https://a.fr/x_y_z(1)</a>, merci.</p>',
        ),
        ("(https://a.fr)", f'<p>(<a href="https://a.fr" {REL}>https://a.fr</a>)</p>'),
        ("**https://a.fr**", f'<p><strong><a href="https://a.fr" {REL}>https://a.fr</a></strong></p>'),
        ("<a@b.fr>", f'<p><a href="mailto:a@b.fr" {REL}>a@b.fr</a></p>'),
        (
            "[x]: https://a.fr\n\n[x]",
            f'<p>[x]\u202f: <a href="https://a.fr" {REL}>https://a.fr</a></p>\n<p>[x]</p>',
        ),
        ("", ""),
    ],
)
def test_reader_writes_markdown(text, html):
    assert render(text).strip() == html


def test_reader_draws_a_table():
    html = render("| a | b |\n|---|--:|\n| 1 | 2 |")
    assert re.sub(r"\s*\n\s*", "", html) == (
        '<div aria-label="Tableau" role="group" tabindex="0">'
        "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
        "</div>"
    )


def test_prose_gets_french_typography_also_around_markup():
    html = render('L\'*ami* a dit "**oui**" ; et **vous** ?')
    assert html.strip() == (
        "<p>L’<em>ami</em> a dit «\u202f<strong>oui</strong>\u202f»\u202f; et <strong>vous</strong>\u202f?</p>"
    )


def test_quotes_too_deep_are_shown_as_typed():
    html = render(">" * 20 + " profond")
    assert html.count("<blockquote>") == 12
    assert "&gt;&gt;&gt;&gt;&gt;&gt;&gt;&gt; profond" in html


def test_lists_too_deep_keep_their_text():
    html = render("".join("  " * depth + f"- niveau{depth}\n" for depth in range(12)))
    assert html.count("<ul>") == 6
    assert all(f"niveau{depth}" in html for depth in range(12))


@pytest.mark.parametrize(
    ("text", "passages", "html"),
    [
        ("Un mot ici", ["mot"], "<p>Un <mark>mot</mark> ici</p>"),
        ("Un MOT ici", ["mot"], "<p>Un <mark>MOT</mark> ici</p>"),
        ("con**nard**", ["con**nard**"], "<p><mark>con</mark><strong><mark>nard</mark></strong></p>"),
        ("con**nard**", ["connard"], "<p><mark>con</mark><strong><mark>nard</mark></strong></p>"),
        ("*un mot* dur", ["mot* dur"], "<p><em>un <mark>mot</mark></em><mark> dur</mark></p>"),
        ("un\nmot", ["un\nmot"], "<p><mark>un</mark><br>\n<mark>mot</mark></p>"),
        ("`un mot`", ["mot"], "<p><code>un <mark>mot</mark></code></p>"),
        ("```\nun mot\n```", ["mot"], "<pre><code>un <mark>mot</mark>\n</code></pre>"),
        ("l'ami", ["l'ami"], "<p><mark>l’ami</mark></p>"),
        ("le con du contenu", ["con"], "<p>le <mark>con</mark> du contenu</p>"),
        ("le contenu", ["con"], "<p>le <mark>con</mark>tenu</p>"),
        ("un deux trois", ["un deux", "deux trois"], "<p><mark>un deux trois</mark></p>"),
        ("un <b>", ["<b>"], "<p>un &lt;<mark>b</mark>&gt;</p>"),
        ("[un mot](https://a.fr)", ["mot"], f'<p><a href="https://a.fr" {REL}>un <mark>mot</mark></a></p>'),
        ("[ici](https://casino.fr)", ["casino"], f'<p><a href="https://casino.fr" {REL}><mark>ici</mark></a></p>'),
        ("un mot", ["absent", "", "**", "\n"], "<p>un mot</p>"),
        ("a\n\nb", ["a\n\nb"], "<p><mark>a</mark></p>\n<p><mark>b</mark></p>"),
    ],
)
def test_moderator_sees_the_passages_marked(text, passages, html):
    assert render(text, passages).strip() == html


def test_moderator_sees_passages_in_a_text_shown_as_typed():
    html = render("un <mot>\nde trop\n\n" + "x" * MAX_LENGTH, ["mot"])
    assert html.startswith("<p>un &lt;<mark>mot</mark>&gt;<br>\nde trop</p>\n<p>xxx")


@settings(deadline=None, max_examples=200)
@given(st.text(st.sampled_from("ab*`_ \n>-[]()é"), max_size=60), st.data())
def test_marking_changes_nothing_else(text, data):
    passage = data.draw(st.sampled_from([text[i : i + 4] for i in range(len(text))] or [""]))
    assert re.sub(r"</?mark>", "", render(text, [passage])) == render(text)


def test_kept_html_is_shown_as_it_was_made():
    html = render("Un *mot*")
    assert stored(str(html)) == html
    assert stored(str(html)).__html__() == html


def test_article_has_headings_below_the_title_and_links_that_are_followed():
    html = render_article("# Un\n\n## Deux\n\n### Trois\n\nQuatre\n======\n\n[ici](https://a.fr) &eacute; ?")
    assert html.strip() == (
        "<h2>Un</h2>\n<h2>Deux</h2>\n<h3>Trois</h3>\n<h2>Quatre</h2>\n"
        '<p><a href="https://a.fr" rel="noopener">ici</a> é\u202f?</p>'
    )


def test_article_may_be_longer_than_an_answer():
    paragraph = "Un paragraphe *bien* tourné, de quelques mots.\n\n"
    html = render_article(paragraph * 1000)
    assert html.count("<em>bien</em>") == 1000


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Et vous ?", "Et vous\u202f?"),
        ("Que dit *Le Monde* ?", "Que dit <em>Le Monde</em>\u202f?"),
        ("- pas une liste", "- pas une liste"),
        ("# pas un titre\nni deux lignes", "# pas un titre ni deux lignes"),
        ("[source](https://a.fr)", '<a href="https://a.fr" rel="noopener">source</a>'),
        ("<i>x</i>", "&lt;i&gt;x&lt;/i&gt;"),
    ],
)
def test_question_is_one_line(text, html):
    assert render_inline(text) == html


def test_question_that_stands_in_a_link_holds_none():
    assert (
        render_inline("Voir [ici](https://a.fr) ou https://b.fr ?", links=False)
        == "Voir ici ou https://b.fr\u202f?"
    )


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        ("Un **mot** et `code`", 50, "Un mot et code"),
        ("# Titre\n\nUn\ndeux\n\n- a\n- b", 50, "Titre Un deux a b"),
        ("[ici](https://a.fr) ![vue](https://b.fr)", 50, "ici vue"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", 50, "a b 1 2"),
        ("```\nx = 1\n```", 50, "x = 1"),
        ("<b>x</b> & y", 50, "<b>x</b> & y"),
        ('C\'est "vous" ?', 50, "C’est «\u202fvous\u202f»\u202f?"),
        ("Un texte trop long", 18, "Un texte trop long"),
        ("Un texte trop long", 17, "Un texte trop…"),
        ("Un texte trop long", 14, "Un texte trop…"),
        ("Un texte, trop long", 11, "Un texte…"),
        ("Interminablement", 6, "Inter…"),
        ("Un texte", 1, "…"),
        ("Un texte", 0, ""),
        ("", 10, ""),
    ],
)
def test_excerpt_is_what_the_text_says(text, limit, said):
    assert plain(text, limit) == said


@settings(deadline=None, max_examples=200)
@given(st.text(max_size=200), st.integers(0, 100))
def test_excerpt_is_a_line_no_longer_than_asked(text, limit):
    said = plain(text, limit)
    assert len(said) <= limit
    assert "\n" not in said


def test_excerpt_of_a_long_article_is_its_beginning():
    said = plain("Le début de l'article. " * 5000, 30)
    assert said == "Le début de l’article. Le…"
