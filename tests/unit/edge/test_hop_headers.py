"""Which headers cross the edge."""

import pytest

from deploy.edge.hop_headers import request_headers, response_headers


def scope(*headers: tuple[bytes, bytes]) -> dict[str, object]:
    return {"type": "http", "headers": list(headers), "client": ("10.0.0.9", 1), "scheme": "https"}


def test_headers_of_the_connection_stay_on_it() -> None:
    given = scope(
        (b"connection", b"close, X-Mine"), (b"x-mine", b"1"), (b"te", b"trailers"), (b"accept", b"a/b")
    )

    names = {name for name, _ in request_headers(given)}

    assert names == {b"accept", b"x-forwarded-for", b"x-forwarded-host", b"x-forwarded-proto"}


@pytest.mark.asvs("V4.2.1")
def test_a_body_never_loses_its_length() -> None:
    given = scope(
        (b"connection", b"content-length, Host"), (b"content-length", b"5"), (b"host", b"kith.example")
    )

    headers = dict(request_headers(given))

    assert (headers[b"content-length"], headers[b"host"]) == (b"5", b"kith.example")


@pytest.mark.asvs("V4.1.3", "V15.3.4")
def test_nobody_outside_can_say_who_asked() -> None:
    given = scope(
        (b"x-forwarded-for", b"1.2.3.4"), (b"forwarded", b"for=1.2.3.4"), (b"host", b"kith.example")
    )

    headers = dict(request_headers(given))

    assert headers[b"x-forwarded-for"] == b"10.0.0.9"
    assert headers[b"x-forwarded-host"] == b"kith.example"
    assert headers[b"x-forwarded-proto"] == b"https"
    assert b"forwarded" not in headers


def test_a_body_of_unknown_length_stays_chunked() -> None:
    headers = request_headers(scope((b"transfer-encoding", b"chunked"), (b"content-length", b"5")))

    assert (b"transfer-encoding", b"chunked") in headers
    assert not [name for name, _ in headers if name == b"content-length"]


def test_two_cookies_come_back_as_two() -> None:
    raw = [
        (b"Set-Cookie", b"a=1"),
        (b"Set-Cookie", b"b=2"),
        (b"Connection", b"keep-alive"),
        (b"Server", b"x"),
    ]

    assert response_headers(raw) == [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
