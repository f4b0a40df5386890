"""Which path goes where, and which never leaves."""

import pytest

from deploy.edge.prefixes import is_exposed, prefix_of

UPSTREAMS = {"/": "d", "/referral": "r", "/referral/api": "a"}


@pytest.mark.parametrize(
    ("path", "prefix"),
    [
        ("/", "/"),
        ("/services/1", "/"),
        ("/referral", "/referral"),
        ("/referral/", "/referral"),
        ("/referral/offer/x", "/referral"),
        ("/referral/api/x", "/referral/api"),
        ("/referrals", "/"),
    ],
)
def test_longest_prefix_in_whole_segments_wins(path: str, prefix: str) -> None:
    assert prefix_of(path, UPSTREAMS) == prefix


def test_path_without_upstream_goes_nowhere() -> None:
    assert prefix_of("/nothing", {"/referral": "r"}) is None


@pytest.mark.parametrize(
    "path",
    [
        "/internal/recipients",
        "/internal",
        "/health/ready",
        "/metrics",
        "/asyncapi.json",
        "//internal/recipients",
        "/referral/../internal/recipients",
        "/./internal",
        "/referral/..",
        "/a\\b",
        "/a\0",
        "internal",
    ],
)
@pytest.mark.asvs("V1.1.1", "V13.4.5")
def test_what_services_keep_to_themselves_is_never_exposed(path: str) -> None:
    assert not is_exposed(path)


@pytest.mark.parametrize("path", ["/", "/services", "/referral/mine/abc", "/mailbox/", "/internals"])
def test_pages_are_exposed(path: str) -> None:
    assert is_exposed(path)
