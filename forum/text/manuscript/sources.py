"""The sources a text names: on a line, in a list, or glued before the first closing question."""

import re
from itertools import pairwise

from .blocks import Block
from .markers import is_marker, is_see_also, is_tail, is_weak_marker, plain
from .sentences import is_question, sentences

_LABEL = re.compile(
    r"\W{0,4}(?:(?:les |nos |the |our )?(?:sources?|références|references)|(?:source|référence)\(s\)"
    r"|source (?:de l[’']article|originale?))"
    r"[*_]{0,2}\s*(?::[*_]{0,2}\s*|(?=$))",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"\W{0,2}(?:sources?\s*[–—-]?|via\s*:?|(?:avec|with)\s(?=[A-Z]{2,}\b))\s*(?=[A-ZÀ-Þ\[@h«\"])", re.IGNORECASE
)
# Labels inside a line: what comes before has ended, or "Sources" is plural and capital enough to be one.
_INSIDE = re.compile(
    r"(?<=[.!?…»”\")\]])\s*(?=\(?(?:Sources?|Via|Voir aussi|Lire aussi|À (?:lire|voir)(?: aussi)?|Tags"
    r"|Mots[- ]clés|See also"
    r"|Read more|Related|Références|References)\s*:)|(?<=\w)\s+(?=Sources\s*:)"
    r"|(?<=[?？])\s*(?=(?:#\w+\s*)+$)"
)
_ASKS = (
    r"Que|Qu[’']\w+|Quels?|Quelles?|Qui|Quoi|À quoi|De quoi|À qui|Comment|Pourquoi|Où|Quand|Combien|Est-ce|Et"
    r"|Selon|D[’']après|À votre|Pour vous"
    r"|Faut-il|Doit-on|Peut-on|Devrait-on|Faudrait-il|Y a-t-il|Lequel|Laquelle|Lesquels?|Lesquelles|Si"
    r"|Êtes-vous|N[’']\w+|Alors|Croyez-vous"
    r"|What|Who|Whom|Whose|Which|How|Why|Where|When|Do|Does|Did|Is|Are|Was|Were|Will|Would|Should|Could|Can"
    r"|May|Has|Have|In your"
)
_WORD_START = r"(?:(?<![\w’'-])|(?<=[a-zà-ÿ]))"  # also glued to a name: "TweetQue pensez-vous"
_ASKING = re.compile(
    rf"{_WORD_START}(?:{_ASKS})(?=[ \u00a0\u202f,][a-zà-ÿ«\"“,]|[ \u00a0]?\?)"
    r"|(?<![\w’'-])\w+(?:-t)?-(?:vous|il|elle|on|ils|elles|ce|nous|you)\b"
)
_ADDRESSED = re.compile(rf"{_WORD_START}(?:Et vous|And you|Votre avis|Vous|You)\b")
_STATING = re.compile(
    rf"{_WORD_START}(?:L[ea]s?|Une?|Des|Ce|Cet|Cette|Ces|Vos|Votre|The|This|These|Your|L[’']\w+"
    r"|D[’']\w+)\s[a-zà-ÿ]|[«“]"
)
_ADDRESSES = re.compile(r"(?:<?https?://\S+\s*)+")
_SHORT = 60  # characters: "AFP." after "Source : Reuters." is one more source, a longer sentence is text


def split_labels(block: Block) -> list[Block]:
    """A paragraph taken apart where a label such as "Sources :" begins within it."""
    if block.kind != "paragraph":
        return [block]
    cuts = [0, *(match.end() for match in _INSIDE.finditer(block.text) if match.start()), len(block.text)]
    parts = [block.cut(start, end) for start, end in pairwise(cuts)]
    return [part for part in parts if part.text]


def take_sources(blocks: list[Block]) -> tuple[list[Block], list[str], list[str]]:
    """What is left of the blocks, the sources in order, and the labels set aside."""
    kept: list[Block] = []
    sources: list[str] = []
    labels: list[str] = []
    index = 0
    while index < len(blocks):
        block = blocks[index]
        index += 1
        label = _source_label(block, late=index > len(blocks) // 2)
        if label is None:
            kept.append(block)
            continue
        rest = block.cut(label)
        found: list[str] = []
        left = []
        if rest.text and rest.kind != "heading":
            named, text = _named(rest)
            found = _separate(named.text)
            left = [text] if text.text else []
        elif not rest.text:
            while index < len(blocks) and _is_source(blocks[index], blocks[index - 1], bool(found)):
                found += [blocks[index].text] if blocks[index].kind == "item" else _separate(blocks[index].text)
                labels.append(blocks[index].prefix.strip(" -*+"))
                index += 1
        kept += left if found else [block]
        if found:
            sources += found
            labels.append(block.text[:label].strip())
    return kept, sources, labels


def _source_label(block: Block, late: bool) -> int | None:
    """Where the label ends that the block begins with; nothing if it has none."""
    if block.kind not in ("paragraph", "heading", "item", "quote"):
        return None
    if block.kind != "item" and (match := _LABEL.match(block.text)) and (match.end() or block.text):
        return match.end()
    short = len(plain(block.text)) <= 100 and not block.text.rstrip().endswith((".", "?", "!", ":"))
    if late and block.kind == "paragraph" and short and (match := _BARE.match(block.text)):
        return match.end()
    match = re.match(r"\W{0,3}via\s*:\s*", block.text, re.IGNORECASE)
    return match.end() if match and block.kind == "paragraph" else None


def _named(block: Block) -> tuple[Block, Block]:
    """The sources at the block's start, and the text that goes on behind them."""
    text = block.text
    parts = sentences(text)
    end = len(text)
    for number, part in enumerate(parts):
        sentence = text[part.start : part.end]
        asks = is_question(sentence) or (
            number + 1 < len(parts) and is_question(text[part.start : parts[number + 1].end]) and "«" in sentence
        )
        if asks:
            end = part.start + (_question_start(sentence) if number == 0 or not _leads_in(sentence) else 0)
            break
        if number and len(sentence) > _SHORT:
            end = part.start
            break
    return block.cut(0, end), block.cut(end, own_line=True)


def _leads_in(sentence: str) -> bool:
    return is_question(sentence) or sentence[:1] in "«“"


def _question_start(sentence: str) -> int:
    """Where the question begins in "Parler, Tweet Que pensez-vous de … ?"."""
    for pattern in (_ADDRESSED, _ASKING, _STATING):
        starts = [match.start() for match in pattern.finditer(sentence) if match.start()]
        if starts and pattern is not _ASKING:
            other = [match.start() for match in _ASKING.finditer(sentence) if match.start()]
            return min(starts[0], *other[:1]) if pattern is _ADDRESSED else starts[0]
        for start in starts:
            if sentence[start].isupper():
                return start
    last = sentence.rfind(", ") + 2 if ", " in sentence else 0
    word = re.compile(r"\S+\s+").match(sentence, last)
    return word.end() if word else 0


def _is_source(block: Block, before: Block, some: bool) -> bool:
    """Whether a block under a heading "Sources" is one more of them."""
    if is_marker(block.text) or is_weak_marker(block.text) or is_see_also(block.text):
        return False
    text = plain(block.text)
    if block.kind == "item":
        return "?" not in re.sub(r"https?://\S+", "", text) or "](" in block.text or "http" in block.text
    if block.kind != "paragraph" or is_question(text) or len(text) > 200 or (some and before.kind == "item"):
        return False
    return not (text.endswith((".", ":")) and len(text) > _SHORT) and not (
        some and is_tail(block.text) and "http" not in block.text and "](" not in block.text
    )


def _separate(text: str) -> list[str]:
    """The names one by one: at commas, semicolons and bars outside of brackets and quotation marks."""
    if _ADDRESSES.fullmatch(text):
        return text.split()
    pieces, depth, start = [], 0, 0
    for position, char in enumerate(text):
        if char in "([«“":
            depth += 1
        elif char in ")]»”":
            depth = max(0, depth - 1)
        elif not depth and (
            char in ";|•"
            or (
                char == ","
                and re.match(r",\s+[^\d\Wa-zà-ÿ]|,\s+[\[«\"@]|,\s+https?:", text[position : position + 20])
            )
        ):
            pieces.append(text[start:position])
            start = position + 1
    pieces.append(text[start:])
    stripped = (piece.strip().strip("*_").strip() for piece in pieces)
    named = [re.sub(r"(?<!\b[A-Z])\.$", "", piece) for piece in stripped]
    return [name for name in named if re.search(r"\w", name)]
