"""Reads the topic files: the only way topics come to be, and the place where each consumer's order is declared."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import yaml

TOPICS_DIRECTORY = Path(__file__).parent.parent / "topics"


class Order(StrEnum):
    """What a consumer needs of the order of events.

    STRICT: an event waits behind an earlier one of its key that could not be handled yet.
    LATEST: events carry full state and a version; a reader keeps the greater, so nothing waits.
    NONE: events do not depend on each other.
    """

    STRICT = "strict"
    LATEST = "latest"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class ConsumerOrder:
    """One consumer's order on a topic; `order_by` is a field of the data, or None for the Kafka key."""

    order: Order
    order_by: str | None


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as its file states it."""

    name: str
    owner: str
    description: str
    key: str
    partitions: int
    config: Mapping[str, str]
    consumers: Mapping[str, ConsumerOrder]


@cache
def all_topics() -> Mapping[str, Topic]:
    """Every topic by name."""
    topics = [_read(yaml.safe_load(file.read_text())) for file in sorted(TOPICS_DIRECTORY.glob("*.yaml"))]
    return {topic.name: topic for topic in topics}


def _read(raw: Mapping[str, Any]) -> Topic:
    return Topic(
        name=raw["topic"],
        owner=raw["owner"],
        description=raw["description"],
        key=raw["key"],
        partitions=raw["partitions"],
        config=raw["config"],
        consumers={
            group: ConsumerOrder(Order(each["order"]), each.get("order_by"))
            for group, each in raw["consumers"].items()
        },
    )
