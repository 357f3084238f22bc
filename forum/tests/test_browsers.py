"""User agents in words."""

import pytest

from forum.text.browsers import browser_words

MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
IPAD = "Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
ANDROID = "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        ("Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0", "Firefox sur Android"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox sur Linux"),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chromium/137.0 Chrome/137.0 Safari/537.36",
            "Chromium sur Linux",
        ),
        (
            "Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/137.0.0.0 Safari/537.36",
            "Chrome sur ChromeOS",
        ),
        (f"{WINDOWS} Chrome/137.0.0.0 Safari/537.36", "Chrome sur Windows"),
        (f"{WINDOWS} Chrome/137.0.0.0 Safari/537.36 Edg/137.0.0.0", "Edge sur Windows"),
        (f"{WINDOWS} Chrome/137.0.0.0 Safari/537.36 OPR/120.0.0.0", "Opera sur Windows"),
        (f"{ANDROID} Chrome/137.0.0.0 Mobile Safari/537.36", "Chrome sur Android"),
        (f"{ANDROID} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36", "Samsung Internet sur Android"),
        (f"{MAC} Version/18.5 Safari/605.1.15", "Safari sur Mac"),
        (f"{IPHONE} Version/18.5 Mobile/15E148 Safari/604.1", "Safari sur iPhone"),
        (f"{IPHONE} CriOS/137.0.7151.34 Mobile/15E148 Safari/604.1", "Chrome sur iPhone"),
        (f"{IPHONE} FxiOS/139.0 Mobile/15E148 Safari/605.1.15", "Firefox sur iPhone"),
        (f"{IPAD} Version/16.6 Mobile/15E148 Safari/604.1", "Safari sur iPad"),
        ("Quelque chose sous Linux", "Navigateur inconnu sur Linux"),
        ("curl/8.5.0", "Navigateur inconnu"),
        ("Unspecified", "Navigateur inconnu"),
        ("", "Navigateur inconnu"),
    ],
)
def test_browser_and_system_are_named_as_people_know_them(user_agent, words):
    assert browser_words(user_agent) == words
