"""Whatever is sent, the site answers in its own words: no malformed input is an error of the server."""

import pytest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", ["/", "/moderation/", "/compte/login/", "/admin/", "/nulle-part/"])
@pytest.mark.parametrize("charset", ["utf-7", "utf-16", "latin-1", "unicode_escape"])
def test_whoever_does_not_write_utf_8_is_told_so(client, page, charset):
    """Any of these decoders would let lone surrogates in, or make other words of what was written."""
    for address in (page, f"{page}?q=+2AA-"):
        response = client.get(address, headers={"content-type": f"text/plain; charset={charset}"})
        assert response.status_code == 400
    kind = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\na+2AA-b\r\n--x--\r\n'
    response = client.generic("POST", page, body, kind)
    assert response.status_code == 400
    assert "<h1>" in response.text


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "inconnu"])
def test_utf_8_may_be_spelled_in_any_way(client, charset):
    """A name that nobody knows is as none."""
    assert client.get("/regles/", headers={"content-type": f"text/plain; charset={charset}"}).status_code == 200
