"""A session that ends in the middle of something leads to the log-in, and from there to a page."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["/moderation/decider/", "/moderation/prendre/?qui=tous"])
def test_moderator_whose_session_ends_while_deciding_comes_back_to_the_queue(client, address):
    response = client.post(address, {"verb": "publish", "seen": "1"})
    assert response.url == "/compte/login/?next=/moderation/"


def test_page_that_was_asked_for_is_where_the_log_in_leads(client):
    response = client.get("/moderation/journal/?motif=2")
    assert response.url == "/compte/login/?next=/moderation/journal/%3Fmotif%3D2"
