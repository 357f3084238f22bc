"""The forum's addresses."""

urlpatterns = []
