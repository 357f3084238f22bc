"""Lines that say what follows: "Et vous ?", "Sources :", "Voir aussi", tags, signatures."""

import re
import unicodedata

_STRONG = re.compile(
    r"(?:alors |et )?(?:"
    r"(?:et )?(?:pour )?vous(?: aussi)?(?: chers? (?:lecteurs?|lectrices?)(?: et lect\w+)?)?"
    r"(?: (?:qu en pensez vous|qu en dites vous|votre avis|que (?:feriez|pensez|choisiriez|diriez) vous))?"
    r"|(?:et )?(?:vous )?(?:qu en|que|quoi en) (?:pensez|dites) vous|(?:et )?vous en pensez quoi"
    r"|(?:et )?(?:a |selon )?(?:votre|vos) (?:avis|opinions?|reactions?|tour|reponses?|commentaires)"
    r"(?: (?:nous |m )?interesse(?:nt)?| compte(?:nt)?)?"
    r"|(?:donnez|dites|partagez|exprimez)(?: nous)? (?:votre|vos) (?:avis|opinions?|point de vue|commentaires?)"
    r"|dites nous (?:tout|ce que vous en pensez)|reagissez|reagir|a vous|a vous (?:de jouer|la parole"
    r"|de reagir|le debat)"
    r"|(?:la )?parole (?:est )?(?:a vous|aux lecteurs)|vous avez la parole|le debat est (?:ouvert|lance)"
    r"|(?:les )?questions? (?:aux|a nos|pour (?:les|nos)) (?:lecteurs?|lectrices?)(?: et (?:aux )?lect\w+)?"
    r"|(?:les )?questions? (?:pour (?:vous|le debat)|du jour|de la semaine|ouvertes?|finales?|a debattre)"
    r"|(?:and )?what (?:do|about|would) you(?: think| say| do)?|what s your (?:take|opinion|view)"
    r"|what are your thoughts"
    r"|(?:and )?how about you|and you|your (?:turn|thoughts|opinion|opinions|view|views|say|take)|over to you"
    r"|(?:have your say|tell us what you think|join the (?:debate|discussion|conversation)"
    r"|let us know what you think)"
    r"|(?:questions for (?:our )?readers|discussion questions|questions for discussion)"
    r"|(?:pour|a) (?:en )?(?:debattre|discuter)|discutons en|parlons en|debattons en"
    r")"
)
_WEAK = re.compile(
    r"(?:les |nos |vos |des |quelques |the |our )?(?:questions?|debats?|discussions?|forum|debate|reactions?)"
)
_SEE_ALSO = re.compile(
    r"(?:(?:a )?(?:lire|relire|voir|ecouter|decouvrir)(?: (?:aussi|egalement|encore|sur le meme sujet))?"
    r"|(?:see|read) (?:also|more)|related"
    r"(?: (?:articles?|links?|stories))?|sur le meme sujet|dans (?:le meme dossier|la meme rubrique)"
    r"|pour (?:aller plus loin|en savoir plus)"
    r"|en savoir plus|further reading|liens?(?: utiles)?|articles? (?:lies?|similaires?|connexes?|recommandes?))"
)
_TAGS = re.compile(
    r"\W*(?:tags?|mots[- ]?cl[ée]s?|catégories?|rubriques?|keywords|categories|filed under|thèmes?)\s*:",
    re.IGNORECASE,
)
_HASHTAGS = re.compile(r"(?:[#@]\w+[\s,;·|]*)+")
_BYLINE = re.compile(
    r"\W*(?:(?:(?:un )?(?:article|texte|enquête|reportage|dossier|photos?) )?(?:de|par|by)"
    r"|propos recueillis par|de notre (?:correspond|envoy)\w+|auteure?s?\s*:"
    r"|author\s*:|written by|rédigé par|crédits?\b.*:|photos?\s*:|illustration\s*:|©"
    r"|\(c\))\s*(?=[«\"“A-ZÀ-Þ©:\d]|\b)",
    re.IGNORECASE,
)
_NAMES = re.compile(
    r"[–—-]{0,2}\s?(?:(?:[A-ZÀ-Þ][\w’'.-]*+|d[eu]|des|la|le|van|von|et|and|&|avec|with|@\w+"
    r"|\([^)]{1,40}\))[\s,/|·–—-]*+){1,9}"
)
_INVITES = re.compile(
    r"\b(?:commentaires?|comments?|forum|réagissez|répondez|réponses?|écrivez[- ]nous"
    r"|dites[- ](?:le[- ])?nous|participez|partagez|débattez|débat"
    r"|abonnez[- ]vous|newsletter|lettre d[’']information|suivez[- ]nous|follow us|subscribe"
    r"|inscrivez[- ]vous|let us know"
    r"|share (?:this|your)|tell us|join the|reproduction|tous droits|all rights|copyright|discord|twitter|facebook"
    r"|mastodon|rédaction|merci de|bonne lecture|fin de l[’']article)\b",
    re.IGNORECASE,
)
_MARKDOWN = re.compile(r"[\[*_#]")
_TAG = re.compile(r"</?(?:b|strong|i|em|u|p|h[1-6]|br|span|div)\s*/?>", re.IGNORECASE)
_LINK = re.compile(r"(?:[-–—→>•]\s*)?(?:\[[^\[\]]*\]\([^()]*\)|<?https?://\S+>?|www\.\S+)[\s.,;]*")
_ENDS_SENTENCE = re.compile(r"[.!?…:？][\s»”\")\]*_]*$")
LINK_TARGET = r"[^()\s]*(?:\([^()\s]*\)[^()\s]*)?(?:\s+\"[^\"()]*\")?"
LINKS = re.compile(r"!?\[([^\[\]]*)\]\((" + LINK_TARGET + r")\)")
ADDRESSES_READER = re.compile(
    r"\b(?:vous|votre|vos|you|your|yours|tu|toi|ton|ta|tes|lecteurs?|lectrices?|readers?)\b|\bselon vous\b",
    re.IGNORECASE,
)


def plain(text: str) -> str:
    """The line without Markdown's emphasis, heading marks and link addresses."""
    if not _MARKDOWN.search(text):
        return text.strip()
    text = LINKS.sub(r"\1", text)
    text = re.sub(r"(?<!\w)(\*\*\*|___|\*\*|__|\*|_)(?=\S)(.{1,200}?)(?<=\S)\1(?!\w)", r"\2", text)
    return re.sub(r"\*\*|__(?=\W|$)|^\s*#{1,6}\s+", "", text).strip()


def _key(text: str) -> str:
    """Words alone: without accents, case, marks."""
    folded = unicodedata.normalize("NFKD", plain(_TAG.sub("", text))).lower()
    letters = "".join(char for char in folded if not unicodedata.combining(char))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def is_marker(text: str) -> bool:
    """A line that announces the closing questions, whatever follows."""
    return len(text) <= 80 and _STRONG.fullmatch(_key(text)) is not None


def is_weak_marker(text: str) -> bool:
    """A line that announces them only at the very end: "Questions", "Débat"."""
    return len(text) <= 40 and _WEAK.fullmatch(_key(text)) is not None


def is_see_also(text: str) -> bool:
    """A line or label that announces links to other articles."""
    label = text.partition(":")[0]
    return len(label) <= 60 and _SEE_ALSO.fullmatch(_key(label)) is not None


def is_tail(text: str) -> bool:
    """What may follow the questions without being one: tags, links, a signature, a call to comment."""
    line = plain(text)
    return bool(
        _TAGS.match(line)
        or _HASHTAGS.fullmatch(line)
        or _LINK.fullmatch(text.strip())
        or is_signature(line)
        or ("?" not in line and len(line) <= 220 and _INVITES.search(line))
    )


def is_signature(line: str) -> bool:
    if len(line) > 120 or _ENDS_SENTENCE.search(re.sub(r"(?:\b[A-Z]\.\s?)+$", "", line)):
        return False
    return _BYLINE.match(line) is not None or _NAMES.fullmatch(line) is not None
