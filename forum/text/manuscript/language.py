"""Which language a text is written in, told by its small words."""

import re

_SMALL_WORDS = {
    "fr": "le la les des du une est dans que qui pour sur pas avec au aux ce cette vous il elle ont sont plus "
    "ne et",
    "en": "the of and to in is that for it was on with as are this by be have has not you your what do from",
    "de": "der die das und ist nicht ein eine den von mit zu sich auf für dem im auch wie sie",
    "es": "el los las una que del por con para es su al lo como más pero y está usted qué",
    "it": "il gli che di è per una non con del della sono dei nel alla anche più come lo",
    "nl": "de het een van en is dat niet op te zijn voor met die aan er ook wat naar",
    "pt": "o os as um uma que do da não para com é dos em no na por mais você ao",
}
_TABLE = {language: frozenset(words.split()) for language, words in _SMALL_WORDS.items()}


def guess_language(text: str) -> str:
    """Two letters of ISO 639-1, among seven languages; French where nothing else is plain."""
    words = re.findall(r"[^\W\d_]+", text[:20_000].lower())
    score = {language: sum(word in small for word in words) for language, small in _TABLE.items()}
    best = max(score, key=score.get)
    return best if score[best] > score["fr"] else "fr"
