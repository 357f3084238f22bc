"""The admin site: it opens to staff alone, through the forum's own log-in."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin


class ForumAdminSite(admin.AdminSite):
    site_title = "Et vous\u202f?"
    site_header = "Et vous\u202f? – administration"
    index_title = "Modération et rédaction"

    login = secure_admin_login(admin.AdminSite.login)
