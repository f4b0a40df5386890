"""What node and npm are given."""

from __future__ import annotations

from pathlib import Path

from deploy.local.assets import Node

NODE = Node(Path("/opt/node/bin/node"), ("npm",))


def test_its_own_node_is_found_first_and_the_machines_authorities_are_trusted() -> None:
    assert NODE.environment({"PATH": "/usr/bin", "HOME": "/home/ada"}) == {
        "HOME": "/home/ada",
        "NODE_USE_SYSTEM_CA": "1",
        "PATH": "/opt/node/bin:/usr/bin",
    }


def test_what_somebody_set_stays() -> None:
    assert NODE.environment({"NODE_USE_SYSTEM_CA": "0"})["NODE_USE_SYSTEM_CA"] == "0"
