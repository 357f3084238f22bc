"""Whatever anybody has written, wherever it is shown again, no browser runs it: with the policy and without."""

import re
from itertools import islice

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.test.signals import template_rendered
from django.urls import path

import config.urls
from config.settings import BASE_DIR
from forum.tests.hostile import build_hostile, cookies_of
from forum.tests.hostile_places import PLACES


def breaks(request: HttpRequest) -> HttpResponse:
    raise ValueError("a fault of ours")


def is_busy(request: HttpRequest) -> HttpResponse:
    raise OperationalError("database is locked")


def forbids(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


urlpatterns = [
    *config.urls.urlpatterns,
    path("casse/", breaks),
    path("occupe/", is_busy),
    path("interdit/", forbids),
]
handler400, handler403, handler404 = config.urls.handler400, config.urls.handler403, config.urls.handler404
handler405, handler429, handler500 = config.urls.handler405, config.urls.handler429, config.urls.handler500
handler503 = config.urls.handler503
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

ENOUGH_OF_A_KIND = 2  # pages of the same place, for the policy: they have the same templates
MILLISECONDS_FOR_A_LONG_PAGE = 60_000
REFUSALS = {400, 403, 404, 409, 422, 429, 500, 503}
# Every frame of every page, before anything of the page itself; a call anywhere is told to the test.
LISTEN = """
    window.hit = (number) => console.error(`injection ${number} ran`);
    document.addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`));
"""
LOOK = """(home) => {
    const found = [];
    const said = (element, what) => found.push(`${what}: ${element.outerHTML.slice(0, 200)}`);
    const schemes = ["http:", "https:", "mailto:"];
    // The key again, as a picture; what is an image runs nothing.
    const isOwnPicture = (element) => element.matches("main img.account__qr")
        && element.src.startsWith("data:image/svg+xml;base64,");
    const ours = [...schemes, "otpauth:"]; // the key of a second factor
    const places = ["href", "src", "action", "formaction", "xlink:href", "data", "poster", "background", "cite"];
    const never = "iframe, frame, frameset, object, embed, applet, base, style, template, portal, math, svg, "
        + "audio, video, dialog, marquee, noscript, plaintext, meta[http-equiv]";
    // Django draws its choice of colours: the symbols at the end of the page, and where they are used.
    const isOfTheAdmin = (element) => element.matches("body > .base-svgs, .theme-toggle > svg[aria-hidden]")
        && !element.querySelector(":not(use, symbol, path)");
    for (const element of document.querySelectorAll(never))
        if (!isOfTheAdmin(element)) said(element, "an element that no page has");
    for (const element of document.querySelectorAll("*")) {
        if (element.localName.startsWith("zq") || element.localName.includes(":")) said(element, "a tag");
        for (const { name, value } of element.attributes) {
            if (name.startsWith("on") || name.startsWith("zq")) said(element, "an attribute");
            if (name.startsWith("hx-on") || name.startsWith("data-hx")) said(element, "a script for htmx");
            if (!places.includes(name)) continue;
            const scheme = new URL(value, document.baseURI).protocol;
            if (!ours.includes(scheme) && !isOwnPicture(element)) said(element, "not an address of a page");
        }
    }
    for (const element of document.querySelectorAll("script, link[rel=stylesheet], img")) {
        const address = element.src || element.href;
        const isData = element.localName === "script" && element.type === "application/json";
        const isOurs = address && new URL(address).origin === home;
        if (!isData && !isOwnPicture(element) && !isOurs) said(element, "from nowhere of ours");
    }
    const tags = "p br strong em s code a blockquote ul ol li pre hr div table thead tbody tr th td mark ins del";
    const box = {role: "group", "aria-label": "Tableau", tabindex: "0"};
    for (const element of document.querySelectorAll("[data-ugc] *")) {
        if (!tags.split(" ").includes(element.localName)) said(element, "a reader's element");
        for (const { name, value } of element.attributes) {
            const isAllowed = element.localName === "a" ? ["href", "rel"].includes(name)
                : element.localName === "ol" ? name === "start"
                : element.localName === "div" && box[name] === value;
            if (!isAllowed) said(element, `a reader's attribute ${name}`);
        }
        if (element.localName === "a" && !schemes.includes(element.protocol)) said(element, "a reader's address");
        if (element.localName === "a" && element.rel !== "nofollow ugc noopener") said(element, "a link's rel");
    }
    return found;
}"""


@pytest.fixture
def rendered():
    """The names of the templates that pages are made of, wherever they are made."""
    names = set()

    def write_down(sender, template, **_) -> None:
        names.add(template.origin.template_name)

    template_rendered.connect(write_down)
    yield names
    template_rendered.disconnect(write_down)


@pytest.mark.parametrize("policy", [False, True], ids=["without the policy", "with the policy"])
def test_nothing_that_was_written_runs_or_becomes_markup(new_page, rendered, live_server, settings, policy):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * 60  # seconds: the walk is long on a busy machine
    forum = build_hostile()
    pages = {name: _page(new_page, forum, name, policy) for name in {place.member for place in PLACES}}
    faults, looks = [], 0
    for place in PLACES:
        page, seen = pages[place.member], set()
        for _ in islice(place.visit(page, forum), ENOUGH_OF_A_KIND if policy else None):
            looks += 1
            faults += [f"{place.name}, {page.url[:120]}: {fault}" for fault in _look(page, live_server.url)]
            seen |= set(re.findall(r"\bhit\((\d+)\)", _words(page)))
        if len(seen) < place.least and not policy:
            faults.append(f"{place.name} for {place.member or 'a visitor'} showed {len(seen)} injections only")
    assert not faults, "\n".join(faults)
    assert looks >= (60 if policy else 120)
    if not policy:
        missing = _templates_with_words() - rendered - PRINT_NO_WORDS.keys()
        assert not missing, f"No place shows {sorted(missing)}"


def _page(new_page, forum, name: str, policy: bool):
    page = new_page(expected=REFUSALS, policy=policy)
    page.context.set_default_timeout(MILLISECONDS_FOR_A_LONG_PAGE)
    page.is_logged_in = bool(name)
    page.settings_in_force = override_settings
    page.context.add_init_script(LISTEN)
    page.on("dialog", lambda dialog: _tell(page, f"a dialog: {dialog.message}"))
    page.context.on("page", lambda other: _tell(page, f"another page: {other.url}"))
    page.on("frameattached", lambda frame: _tell(page, "a frame"))
    page.on("download", lambda download: _tell(page, f"a download: {download.url}"))
    if name:
        for cookie, value in cookies_of(getattr(forum, name)).items():
            page.context.add_cookies([{"name": cookie, "value": value, "url": new_page.home}])
    return page


def _tell(page, what: str) -> None:
    page.watch.complaints.append(f"{page.url[:120]}: {what}")


def _look(page, home: str) -> list[str]:
    address = page.url
    page.wait_for_load_state()
    found = page.evaluate(LOOK, home)
    if page.url != address:
        found.append(f"went from {address} to {page.url}")
    found += page.watch.complaints
    page.watch.complaints.clear()
    return found


def _words(page) -> str:
    """What a person reads on the page, and what stands in its boxes."""
    return page.evaluate(
        """() => document.documentElement.textContent + [...document.querySelectorAll("input, textarea, [title]")]
            .map((box) => (box.value || "") + (box.title || "")).join()"""
    )


# --- Whether a place is missing ------------------------------------------------------------------

# Templates that the walk does not come by, and why nothing of anybody's can stand in them.
PRINT_NO_WORDS = {
    "account/account_inactive.html": "the newsroom's address",
    "account/base_reauthenticate.html": "addresses of the site",
    "account/password_reset_from_key.html": "an address of the site; a password is never shown",
    "account/password_reset_from_key_done.html": "an address of the site",
    "admin/403.html": "the name of a role, a date",
    "mfa/authenticate.html": "a challenge for the browser",
    "mfa/recovery_codes/index.html": "codes of the site",
    "mfa/webauthn/reauthenticate.html": "a challenge for the browser",
}


def _templates_with_words() -> set[str]:
    """The pages and fragments of ours that print anything at all."""
    folder = BASE_DIR / "templates"
    files = ((file.relative_to(folder).as_posix(), file.read_text()) for file in folder.rglob("*.html"))
    return {name for name, text in files if "{{" in text}
