"""The addresses of the second factor, as `allauth.mfa.urls` has them.

Their views bring the cryptography of passkeys, a tenth of all that a server would load when it starts: whoever asks
for one of these pages first loads it.
"""

from collections.abc import Callable

from django.urls import path
from django.utils.module_loading import import_string


def _later(name: str) -> Callable:
    def view(request, **places):
        return import_string(f"allauth.mfa.{name}")(request, **places)

    return view


urlpatterns = [
    path("", _later("base.views.index"), name="mfa_index"),
    path("authenticate/", _later("base.views.authenticate"), name="mfa_authenticate"),
    path("reauthenticate/", _later("base.views.reauthenticate"), name="mfa_reauthenticate"),
    path("totp/activate/", _later("totp.views.activate_totp"), name="mfa_activate_totp"),
    path("totp/deactivate/", _later("totp.views.deactivate_totp"), name="mfa_deactivate_totp"),
    path("recovery-codes/", _later("recovery_codes.views.view_recovery_codes"), name="mfa_view_recovery_codes"),
    path(
        "recovery-codes/generate/",
        _later("recovery_codes.views.generate_recovery_codes"),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "recovery-codes/download/",
        _later("recovery_codes.views.download_recovery_codes"),
        name="mfa_download_recovery_codes",
    ),
    path("webauthn/", _later("webauthn.views.list_webauthn"), name="mfa_list_webauthn"),
    path("webauthn/add/", _later("webauthn.views.add_webauthn"), name="mfa_add_webauthn"),
    path(
        "webauthn/reauthenticate/",
        _later("webauthn.views.reauthenticate_webauthn"),
        name="mfa_reauthenticate_webauthn",
    ),
    path("webauthn/keys/<int:pk>/remove/", _later("webauthn.views.remove_webauthn"), name="mfa_remove_webauthn"),
    path("webauthn/keys/<int:pk>/edit/", _later("webauthn.views.edit_webauthn"), name="mfa_edit_webauthn"),
    path("webauthn/login/", _later("webauthn.views.login_webauthn"), name="mfa_login_webauthn"),
]
