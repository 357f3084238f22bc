"""The browser and the system that a user agent names, in words."""

import re

# In order: the first that is found speaks, since most browsers name those they resemble as well.
BROWSERS = {
    "Edge": r"\bEdg(?:e|A|iOS)?/",
    "Opera": r"\b(?:OPR|Opera|OPiOS)/",
    "Samsung Internet": r"\bSamsungBrowser/",
    "Vivaldi": r"\bVivaldi/",
    "Firefox": r"\b(?:Firefox|FxiOS)/",
    "Chromium": r"\bChromium/",
    "Chrome": r"\b(?:Headless)?Chrome/|\bCriOS/",
    "Safari": r"\bVersion/[\d.]+ .*Safari/",
}
SYSTEMS = {
    "Android": r"\bAndroid\b",
    "iPhone": r"\biPhone\b",
    "iPad": r"\biPad\b",
    "ChromeOS": r"\bCrOS\b",
    "Windows": r"\bWindows\b",
    "Mac": r"\bMacintosh\b",
    "Linux": r"\bLinux\b",
}
UNKNOWN = "Navigateur inconnu"


def browser_words(user_agent: str) -> str:
    """As in "Firefox sur Android"; what is not known is left out, and said to be where nothing is known."""
    browser, system = _first(BROWSERS, user_agent), _first(SYSTEMS, user_agent)
    return f"{browser or UNKNOWN} sur {system}" if system else browser or UNKNOWN


def _first(names: dict[str, str], user_agent: str) -> str:
    return next((name for name, pattern in names.items() if re.search(pattern, user_agent)), "")
