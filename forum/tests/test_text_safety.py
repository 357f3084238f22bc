"""Whatever somebody writes, the page gets allowed tags, attributes and addresses, within its bounds."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forum.text.clean import MAX_LENGTH, clean_text
from forum.text.diff import diff
from forum.text.render import MAX_GROWTH, render, render_article, render_inline

INLINE = {"br", "strong", "em", "s", "code", "a"}
BLOCKS = {"p", "blockquote", "ul", "ol", "li", "pre", "hr", "div", "table", "thead", "tbody", "tr", "th", "td"}
TABLE_BOX = {"role": "group", "aria-label": "Tableau", "tabindex": "0"}
VOID = {"br", "hr"}

SCHEMES = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript&colon;alert(1)",
    "javascript&#58;alert(1)",
    "javascript&#x3a;alert(1)",
    "&#106;avascript:alert(1)",
    "&#x6A;&#x61;vascript:alert(1)",
    "&Tab;javascript:alert(1)",
    "java&NewLine;script:alert(1)",
    "java\tscript:alert(1)",
    "java\x00script:alert(1)",
    "java\x01script:alert(1)",
    "\x01javascript:alert(1)",
    "java\u200bscript:alert(1)",
    "java\u00adscript:alert(1)",
    "ｊavascript:alert(1)",
    "javascript%3Aalert(1)",
    "javascript://example.org/%0aalert(1)",
    "javascript:/*http://*/alert(1)",
    "https://-/",
    "https://evil.example:port/",
    "\\javascript:alert(1)",
    "vbscript:msgbox(1)",
    "livescript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg/onload=alert(1)>",
    "data:image/png;base64,AAAA",
    "DATA:text/html,x",
    "file:///etc/passwd",
    "ftp://example.org/x",
    "feed:javascript:alert(1)",
    "view-source:javascript:alert(1)",
    "jar:https!//example.org!/x",
    "about:blank",
    "tel:+33123456789",
    "intent://x#Intent;scheme=http;end",
    "//evil.example/x",
    "/deconnexion/",
    "\\\\evil.example\\x",
    "/\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "http://",
    "https://bank.example@evil.example/",
    "?x=1",
    "#x",
    "",
    "mailto:",
    "mailto:a@b.fr?bcc=c@d.fr",
    "mailto:javascript:alert(1)",
]
LINKS = [
    "[x]({})",
    "[x](<{}>)",
    '[x]({} "title")',
    "![x]({})",
    "<{}>",
]
EVIL = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example></sCrIpT>",
    "<script\n>alert(1)</script\n>",
    "<<script>alert(1)//<</script>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    '<img src="x` `<script>alert(1)</script>"` `>',
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>',
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg></p><style><a id='</style><img src=1 onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=alert(1)&gt;'>",
    "<math><maction actiontype='statusline#http://x' xlink:href='javascript:alert(1)'>x",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<style>@import 'https://evil.example/x.css'</style>",
    "<link rel=stylesheet href=https://evil.example/x.css>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<base href=https://evil.example/>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<form action=javascript:alert(1)><button>x</button></form>",
    "<button formaction=javascript:alert(1)>x",
    "<input autofocus onfocus=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<marquee onstart=alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='https://x.example' target=_blank onclick=alert(1)>x</a>",
    "<p style='position:fixed;inset:0' class=answer id=main name=body data-ugc>x</p>",
    "<plaintext>",
    "<xmp><script>alert(1)</script></xmp>",
    "<textarea><script>alert(1)</script>",
    "<title></title><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><img src=x onerror=alert(1)> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<!DOCTYPE html><script>alert(1)</script>",
    "</p></div></body></html><script>alert(1)</script>",
    "<mark>x</mark>",
    "<h1>x</h1>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "\\<script>alert(1)\\</script>",
    "`<script>alert(1)</script>`",
    "``<script>`alert(1)</script>``",
    "```\n<script>alert(1)</script>\n```",
    '```html" onmouseover="alert(1)\n<b>\n```',
    "```<script>\nx\n```",
    "~~~ class=x\n</code></pre><script>alert(1)</script>\n~~~",
    "    <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "- <script>alert(1)</script>",
    "# <script>alert(1)</script>",
    "x\n===\n<script>alert(1)</script>",
    "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "| a |\n|:-:|\n| b |",
    '[x](https://a.example "\\"><script>alert(1)</script>")',
    "[x](https://a.example 'onmouseover=alert(1)')",
    '[x](https://a.example"onmouseover="alert(1))',
    "[x](https://a.example/'onmouseover='alert(1))",
    '[x](<https://a.example/"><script>alert(1)</script>>)',
    "[x](https://a.example/<script>)",
    "[x](https://a.example/`onerror=alert(1)`)",
    "[x]( https://a.example )",
    "[<script>alert(1)</script>](https://a.example)",
    "[![x](https://a.example/i.png)](https://b.example)",
    "![![x](https://a.example/i.png)](https://b.example/j.png)",
    '![x](https://a.example/i.png "onerror=alert(1)")',
    '!["onerror=alert(1)](https://a.example/i.png)',
    "![](https://a.example/i.png)",
    "[a [b](https://b.example) c](https://c.example)",
    "[<https://b.example>](https://c.example)",
    "[https://b.example](https://c.example)",
    "[a](https://a.example)[b](javascript:alert(1))",
    "[a](https://[::1]/x)",
    "[a](https://a.example:99999/)",
    "[a](https://xn--/)",
    "[a](https://%00/)",
    "[a](https://é.example/ü?ß=\U0001f600)",
    "[a](blob:https://a.example/1)",
    "[a](ms-word:ofe|u|https://a.example)",
    "[a](https://bank.example\\@evil.example/)",
    "[x]: javascript:alert(1)\n\n[x]",
    '[x]: https://a.example "onclick=alert(1)"\n\n[x][x]',
    "[x]: <javascript:alert(1)>\n\n![x]",
    "[x]: data:text/html,x\n[x][]",
    "[^1]: <script>\n\n[^1]",
    '<https://a.example/"onmouseover=alert(1)>',
    "<https://a.example/'><script>alert(1)</script>",
    '<a@b.example"onclick=alert(1)>',
    "<javascript:alert(1)//@x.example>",
    'https://a.example/"onmouseover=alert(1)',
    "https://a.example/<script>alert(1)</script>",
    "https://a.example/&quot;onmouseover=alert(1)",
    "https://a.example/'onmouseover=alert(1)",
    "https://user:pass@evil.example/",
    "https://a.example`<script>`",
    "xhttps://a.example javascript://a.example data://a",
    "https://",
    "https://a.example/**x**_y_~~z~~",
    "**https://a.example**",
    "https://a.example/[x](javascript:alert(1))",
    "**<script>**alert(1)**</script>**",
    "*a **b `c* d** e`",
    "a\x00b\x08<script\x0b>c\u202ed\ufeffe",
    "<\x00script>alert(1)</script>",
    "<scr\u200bipt>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "\ud83d<script>\udc00",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "{{ 7*7 }} {% load static %} ${7*7} <%= 7 %>",
    "\u2028<script>alert(1)</script>\u2029",
    "\ufdd0\uffff<b>",
]


class Page(HTMLParser):
    """What a browser would find: its tags with their attributes, and those left open."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.open = [], []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        assert tag != "a" or "a" not in self.open
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def assert_safe(html, allowed, rel):
    page = Page(html)
    assert not page.open
    names = [tag for tag, _ in page.tags]
    assert names.count("div") == names.count("table")
    for tag, attributes in page.tags:
        assert tag in allowed
        if tag == "a":
            assert attributes.keys() == {"href", "rel"}
            assert attributes["rel"] == rel
            address = urlsplit(attributes["href"])
            assert address.scheme in ("http", "https", "mailto")
            assert bool(address.netloc) == (address.scheme != "mailto")
            assert "@" not in address.netloc
        elif tag == "ol":
            assert attributes.keys() <= {"start"}
        elif tag == "div":
            assert attributes == TABLE_BOX
        else:
            assert not attributes


def assert_all_safe(text):
    passages = [text[:3], text[2:9]]
    reader = render(text)
    assert_safe(reader, INLINE | BLOCKS, "nofollow ugc noopener")
    assert_safe(render(text, passages), INLINE | BLOCKS | {"mark"}, "nofollow ugc noopener")
    assert_safe(render_article(text), INLINE | BLOCKS | {"h2", "h3"}, "noopener")
    assert_safe(render_inline(text), INLINE, "noopener")
    assert_safe(render_inline(text, links=False), INLINE - {"a"}, None)
    assert_safe(diff(text[: len(text) // 2], clean_text(text)), {"ins", "del"}, None)
    assert len(reader) <= MAX_GROWTH * max(1, len(text))
    reader.encode("utf-8")


@pytest.mark.parametrize("address", SCHEMES)
@pytest.mark.parametrize("link", LINKS)
def test_link_leads_to_the_web_or_to_a_mail_address_or_is_none(link, address):
    text = link.format(address)
    assert_all_safe(text)
    assert "<a " not in render(text)


@pytest.mark.parametrize("text", EVIL)
def test_nothing_written_becomes_markup_that_is_not_allowed(text):
    assert_all_safe(text)


@pytest.mark.parametrize("text", EVIL)
@pytest.mark.parametrize(
    "frame", ["> {}", "- {}\n  {}", "**{}**", "[{}](https://a.example)", "|a|\n|-|\n|{}|", "x{}x"]
)
def test_nothing_written_inside_other_markup_does_either(frame, text):
    assert_all_safe(frame.replace("{}", text))


def test_table_of_evil_is_long_enough():
    assert len(SCHEMES) * len(LINKS) + len(EVIL) >= 120


TYPED = """a é * ** _ ~~ ` ``` [ ] ( ) ![ ]( < > - 1. # | |-| --- \\ &amp; &#60; https://a.b javascript:
    mailto:a@b.c " ' <script> <!-- ]]> [a]:b : // @ 😀"""
markdown = st.lists(
    st.sampled_from([*TYPED.split(), " ", "\n", "\n\n", "> ", "- ", "\t", "    ", "[a]: b", "\u200d", "\u0301"]),
    max_size=40,
).map("".join)


@settings(deadline=None, max_examples=150)
@given(st.text())
def test_any_text_is_safe(text):
    assert_all_safe(text)


@settings(deadline=None, max_examples=250)
@given(markdown)
def test_any_markdown_is_safe(text):
    assert_all_safe(text)


def filled(unit):
    return (unit * MAX_LENGTH)[:MAX_LENGTH]


TABLE = "|a" * 10 + "|\n" + "|-" * 10 + "|\n"
HEAVY = {
    "quoted fences": filled("> ```\na\n"),
    "quoted links": filled("> ```\n[a](b)\n"),
    "listed fences": filled("- ```\na\n"),
    "reference definitions": "[a]: https://" + "b" * 5000 + "\n\n" + "[a]\n" * 1200,
    "empty rows": TABLE + "|\n" * 4900,
    "short rows": TABLE + "a\n" * 4900,
    "wide table": "|a" * 1600 + "|\n" + "|-" * 1600 + "|\n" + "a\n" * 1700,
    "many tables": filled("a|b\n-|-\n\n"),
    "quotes": ">" * MAX_LENGTH,
    "quotes again and again": filled(">" * 12 + "\n\n"),
    "lists on a line": filled("- ") + "a",
    "lists in lists": "".join("  " * depth + "- a\n" for depth in range(95)),
    "items": filled("-\n"),
    "brackets": "[" * 9000 + "](https://a.example)",
    "image brackets": "![" * 4500 + "](https://a.example)",
    "links in links": "[" * 600 + "a" + "](https://b)" * 600,
    "open links": filled("[a](<b"),
    "emphasis": "*" * 5000 + "a" + "*" * 4999,
    "mixed emphasis": filled("*a **b _c __d "),
    "strike-through": filled("~~a"),
    "backticks": "".join("`" * length + "a" for length in range(1, 140)),
    "angles": filled("<"),
    "autolinks": filled("<http://a>"),
    "addresses": filled("http://a "),
    "long address": "http://" + "é" * 9000,
    "long path": filled("http://a/" + "😀" * 1900 + " "),
    "escapes": filled("\\*"),
    "ampersands": filled("&"),
    "no-break spaces": filled("a" + "\u00a0" * 20),
    "headings": filled("#\n"),
    "rules": filled("---\n\n"),
    "marks": filled("*a*b"),
    "accents": filled("a\u0301\u0302\u0303\u0304\u0305"),
    "growing characters": filled("\ufb2c"),
    "spaces": "a" + " " * 9990 + "?",
}


@pytest.mark.parametrize("text", HEAVY.values(), ids=HEAVY.keys())
def test_page_stays_in_proportion_to_the_text(text):
    for passages in ((), ("a", "b")):
        html = render(text, passages)
        assert_safe(html, INLINE | BLOCKS | {"mark"}, "nofollow ugc noopener")
        assert 0 < len(html) <= MAX_GROWTH * len(text)


@pytest.mark.parametrize("name", ["quoted fences", "empty rows", "short rows"])
def test_text_written_to_keep_the_parser_busy_is_shown_as_typed(name):
    text = HEAVY[name]
    assert {tag for tag, _ in Page(render(text)).tags} == {"p", "br"}
    assert render(text).count("```") == text.count("```")
