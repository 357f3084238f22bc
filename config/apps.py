"""The Django admin, served by the forum's own site class."""

from django.contrib.admin.apps import AdminConfig


class ForumAdminConfig(AdminConfig):
    default_site = "forum.admin.site.ForumAdminSite"

    def ready(self) -> None:
        """Furnish the site last: when every library has registered its models."""
        super().ready()
        from django.contrib.admin import site

        from forum.admin.registry import furnish

        furnish(site)
