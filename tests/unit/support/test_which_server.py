"""Where the tests' servers come from: never from nowhere."""

from __future__ import annotations

import pytest

from tests.support.which_server import NoServer, Source, choose_source


@pytest.mark.parametrize(
    ("address", "wish", "local", "docker", "chosen"),
    [
        ("host:1", "containers", True, True, Source.ADDRESS),
        ("", "containers", True, True, Source.CONTAINERS),
        ("", "", True, True, Source.LOCAL),
        ("", "", False, True, Source.CONTAINERS),
    ],
)
def test_the_order_is_address_wish_local_containers(
    *, address: str, wish: str, local: bool, docker: bool, chosen: Source
) -> None:
    assert choose_source(address=address, wish=wish, local_is_there=local, docker_answers=docker) is chosen


@pytest.mark.parametrize(("wish", "local"), [("containers", True), ("", False)])
def test_without_any_server_it_fails_and_does_not_skip(*, wish: str, local: bool) -> None:
    with pytest.raises(NoServer):
        choose_source(address="", wish=wish, local_is_there=local, docker_answers=False)
