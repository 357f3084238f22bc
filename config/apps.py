"""The Django admin, served by the forum's own site class."""

from django.contrib.admin.apps import AdminConfig


class ForumAdminConfig(AdminConfig):
    default_site = "forum.admin.site.ForumAdminSite"
