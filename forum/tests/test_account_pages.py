"""The account pages in a real browser: by mouse and passkey, wide and narrow, light and dark."""

import pytest
from django.core import mail

from forum.models import Member
from forum.tests.browser import assert_accessible
from forum.tests.cast import PASSWORD
from forum.tests.test_accounts import code_in
from forum.tests.test_second_factor import code_of_the_moment

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NEW = "quatre mots choisis ici"
VIRTUAL_KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def look_at(page, title: str) -> None:
    """The page is the one that is meant, accessible, and fits its screen."""
    page.wait_for_load_state()
    assert page.title().startswith(title)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def press(page, button: str) -> None:
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


def log_in(page, next_page: str = "/compte/sessions/") -> None:
    page.goto(f"/compte/login/?next={next_page}")
    page.get_by_label("Nom d’utilisateur ou adresse électronique").fill("alice")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, "Se connecter")


def log_out(page) -> None:
    page.goto("/compte/logout/")
    press(page, "Se déconnecter")


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (360, True)])
def test_reader_signs_up_and_is_back_where_he_was(new_page, width, dark):
    page = new_page(width=width, dark=dark, expected={422})
    page.goto("/compte/signup/?next=/compte/sessions/")
    look_at(page, "Inscription")
    assert (
        not page.get_by_label("Laissez ce champ vide").is_visible() or page.locator(".trap").bounding_box()["x"] < 0
    )
    page.get_by_label("Adresse électronique").fill("zoe@example.org")
    page.get_by_label("Nom d’utilisateur").fill("admin")
    page.get_by_label("Mot de passe").fill("1234567890")
    press(page, "Créer mon compte")
    look_at(page, "Inscription")
    page.get_by_label("Nom d’utilisateur").fill("Zoé")
    page.get_by_label("Mot de passe").fill("trois mots choisis")
    press(page, "Créer mon compte")
    look_at(page, "Vérifier votre adresse")
    page.get_by_label("Code reçu").fill(code_in(mail.outbox[0]))
    press(page, "Vérifier")
    look_at(page, "Connexions")
    assert page.get_by_text("celui-ci").is_visible()


def test_sign_up_takes_no_javascript(new_page):
    page = new_page(javascript=False)
    page.goto("/compte/signup/?next=/compte/sessions/")
    page.get_by_label("Adresse électronique").fill("zoe@example.org")
    page.get_by_label("Nom d’utilisateur").fill("Zoé")
    page.get_by_label("Mot de passe").fill("trois mots choisis")
    press(page, "Créer mon compte")
    page.get_by_label("Code reçu").fill(code_in(mail.outbox[0]))
    press(page, "Vérifier")
    assert page.title().startswith("Connexions")


def test_double_click_signs_up_once(new_page):
    page = new_page()
    page.goto("/compte/signup/")
    page.get_by_label("Adresse électronique").fill("zoe@example.org")
    page.get_by_label("Nom d’utilisateur").fill("Zoé")
    page.get_by_label("Mot de passe").fill("trois mots choisis")
    page.get_by_role("button", name="Créer mon compte").dblclick()
    page.get_by_label("Code reçu").wait_for()
    page.get_by_label("Code reçu").fill(code_in(mail.outbox[0]))
    press(page, "Vérifier")
    page.wait_for_load_state()
    assert Member.objects.get().last_login is not None
    assert len(mail.outbox) == 1


def test_settings_of_the_account(new_page, alice):
    page = new_page(width=360, dark=True)
    page.goto("/compte/login/")
    look_at(page, "Connexion")
    log_in(page, "/compte/email/")
    look_at(page, "Adresse électronique")
    page.get_by_label("Nouvelle adresse").fill("neuve@example.org")
    press(page, "Changer d’adresse")
    look_at(page, "Confirmer que c’est vous")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, "Confirmer")
    look_at(page, "Vérifier votre adresse")
    page.get_by_label("Code reçu").fill(code_in(mail.outbox[0]))
    press(page, "Vérifier")
    page.goto("/compte/password/change/")
    look_at(page, "Mot de passe")
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    page.get_by_label("Nouveau mot de passe").fill(NEW)
    page.get_by_label("Le même, une seconde fois").fill(NEW)
    press(page, "Changer de mot de passe")
    page.get_by_text("Le mot de passe est changé").wait_for()
    log_out(page)
    page.goto("/compte/password/reset/?next=/compte/email/")
    look_at(page, "Mot de passe oublié")
    page.get_by_label("Adresse électronique").fill("neuve@example.org")
    press(page, "Envoyer le code")
    look_at(page, "Code reçu")
    page.get_by_label("Code reçu").fill(code_in(mail.outbox[-1]))
    press(page, "Continuer")
    look_at(page, "Nouveau mot de passe")
    page.get_by_label("Nouveau mot de passe").fill("cinq mots choisis par ici")
    page.get_by_label("Le même, une seconde fois").fill("cinq mots choisis par ici")
    press(page, "Enregistrer")
    look_at(page, "Adresse électronique")


def test_second_factors_are_added_used_and_removed(new_page, alice):
    page = new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL_KEY})
    log_in(page, "/compte/2fa/")
    look_at(page, "Double protection")

    page.get_by_role("link", name="Ajouter une clé d’accès").click()
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, "Confirmer")
    look_at(page, "Ajouter une clé d’accès")
    page.get_by_label("Nom de la clé").fill("Téléphone")
    press(page, "Ajouter la clé")
    page.get_by_text("La clé d’accès est ajoutée").wait_for()
    look_at(page, "Codes de secours")
    page.goto("/compte/2fa/webauthn/")
    look_at(page, "Clés d’accès")
    page.get_by_role("link", name="Renommer Téléphone").click()
    look_at(page, "Renommer une clé")

    page.goto("/compte/2fa/totp/activate/")
    look_at(page, "Ajouter une application")
    page.get_by_label("Code de l’application").fill(
        code_of_the_moment(page.locator(".account__secret").inner_text())
    )
    press(page, "Activer")
    page.get_by_text("L’application protège maintenant votre compte").wait_for()
    look_at(page, "Double protection")
    log_out(page)

    page.goto("/compte/login/?next=/compte/sessions/")
    press(page, "Se connecter par clé d’accès")
    page.get_by_role("heading", name="Connexions").wait_for()
    log_out(page)

    log_in(page)
    look_at(page, "Encore une étape")
    press(page, "Présenter ma clé d’accès")
    page.get_by_role("heading", name="Connexions").wait_for()

    page.goto("/compte/2fa/webauthn/reauthenticate/?next=/compte/2fa/totp/deactivate/")
    look_at(page, "Confirmer que c’est vous")
    press(page, "Présenter ma clé d’accès")
    page.get_by_role("heading", name="Retirer l’application").wait_for()
    look_at(page, "Retirer l’application")
    press(page, "Retirer l’application")
    page.goto("/compte/2fa/webauthn/")
    page.get_by_role("link", name="Retirer Téléphone").click()
    look_at(page, "Retirer une clé")
    press(page, "Retirer la clé")
    page.get_by_text("Aucune clé pour l’instant").wait_for()


def test_key_that_does_not_answer_is_told_to_the_reader(new_page):
    page = new_page()
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": VIRTUAL_KEY})  # it holds no key yet
    page.goto("/compte/login/")
    press(page, "Se connecter par clé d’accès")
    page.get_by_text("La clé n’a pas répondu").wait_for()


NO_KEY_HERE = "Ce navigateur n’ouvre pas de clé d’accès ici"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "plain"])
def test_browser_that_opens_no_key_says_so_and_shows_another_way(new_page, alice, javascript):
    page = new_page(javascript=javascript)
    page.add_init_script("delete window.PublicKeyCredential")
    log_in(page, "/compte/2fa/webauthn/add/")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, "Confirmer")
    page.get_by_text(NO_KEY_HERE).wait_for()
    assert not page.get_by_role("button", name="Ajouter la clé").is_visible()
    page.get_by_role("link", name="Prenez un autre moyen").click()
    page.get_by_role("link", name="Ajouter une application").click()
    assert page.get_by_role("main").get_by_role("listitem").filter(has_text="FreeOTP").is_visible()


def test_browser_that_opens_keys_says_nothing_of_it(new_page, alice):
    page = new_page()
    log_in(page, "/compte/2fa/webauthn/add/")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    press(page, "Confirmer")
    page.get_by_role("button", name="Ajouter la clé").wait_for()
    assert not page.get_by_text(NO_KEY_HERE).is_visible()
