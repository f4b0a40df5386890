"""How a topic's present form is compared with its file."""

from __future__ import annotations

from deploy.provision.kafka_topics import SET_ON_THE_TOPIC, topic_differences
from shared.messaging.topics import Topic

BY_DEFAULT = 5
TOPIC = Topic("a.b.v1", "a", "", "id", 6, {"cleanup.policy": "compact"}, {})


def test_the_same_form_has_no_differences() -> None:
    entries = [
        ("cleanup.policy", "compact", False, SET_ON_THE_TOPIC),
        ("retention.ms", "604800000", False, BY_DEFAULT),
    ]

    assert topic_differences(TOPIC, 6, entries) == []


def test_each_difference_is_one_line() -> None:
    entries = [
        ("cleanup.policy", "delete", False, BY_DEFAULT),
        ("retention.ms", "1", False, SET_ON_THE_TOPIC),
    ]

    assert topic_differences(TOPIC, 3, entries) == [
        "a.b.v1 has 3 partitions, not 6",
        "a.b.v1 has cleanup.policy=delete, not compact",
        "a.b.v1 has retention.ms, which its file lacks",
    ]
