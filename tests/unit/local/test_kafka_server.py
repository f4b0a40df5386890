"""Kafka's settings."""

from __future__ import annotations

from pathlib import Path

from deploy.local.kafka_server import KafkaPlace, properties_of


def test_the_broker_listens_on_the_loopback_and_makes_no_topic_by_itself() -> None:
    text = properties_of(KafkaPlace(Path("/jars"), Path("/data/kafka"), 18092, 18093))
    settings = dict(
        line.split("=", 1) for line in text.splitlines() if "=" in line and not line.startswith("#")
    )

    assert settings["listeners"] == "PLAINTEXT://127.0.0.1:18092,CONTROLLER://127.0.0.1:18093"
    assert settings["auto.create.topics.enable"] == "false"
    assert settings["group.coordinator.append.linger.ms"] == "0"
    assert settings["group.initial.rebalance.delay.ms"] == "0"
    assert settings["offsets.topic.num.partitions"] == "4"
    assert int(settings["offsets.retention.minutes"]) > 365 * 24 * 60, "longer than inboxes reach back"
    assert settings["log.dirs"] == "/data/kafka/log"
