"""Rules of messaging that people forget: who publishes, what each consumer declares, whose tables are whose."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.messaging.consumers import Consumers
from shared.messaging.metrics import MessagingMetrics
from shared.messaging.subscription import Subscription
from shared.messaging.topics import all_topics
from tests.support.built_services import SERVICES

ROOT = Path(__file__).parents[2]
PRODUCES = {"AIOKafkaProducer", "KafkaPublisher"}
SENDS = {"send_and_wait", "send_batch", "publish", "publish_batch"}
MAY_SEND = {"shared/messaging/event_producer.py"}


def _sources(*folders: str) -> Iterator[tuple[str, ast.Module]]:
    for folder in folders:
        for file in sorted((ROOT / folder).rglob("*.py")):
            yield str(file.relative_to(ROOT)), ast.parse(file.read_text())


def test_only_the_relay_s_producer_sends_to_kafka() -> None:
    senders = {
        name
        for name, tree in _sources("services", "shared")
        for node in ast.walk(tree)
        if (isinstance(node, ast.Name) and node.id in PRODUCES)
        or (isinstance(node, ast.Attribute) and node.attr in SENDS)
    }
    assert senders <= MAY_SEND


def test_only_shared_messaging_subscribes() -> None:
    subscribers = {
        name
        for name, tree in _sources("services", "shared", "deploy")
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("faststream")
    }
    assert subscribers == {"shared/messaging/consumers.py"}


@pytest.mark.parametrize("service", SERVICES)
def test_service_has_the_messaging_tables_unchanged(service: str) -> None:
    ours = (ROOT / "shared/messaging/tables/messaging.sql").read_text()
    assert (ROOT / f"services/{service}/storage/migrations/0001_messaging.sql").read_text() == ours


async def test_subscribers_take_nothing_of_what_loses_events() -> None:
    """Manual acknowledgement, from the first offset, no static membership: FastStream's defaults differ."""
    topic = next(iter(all_topics().values()))
    subscription = Subscription(topic.name, next(iter(topic.consumers)))
    consumers = Consumers("test", "localhost:1", None, [subscription], MessagingMetrics())  # type: ignore[arg-type]
    [subscriber] = consumers._subscribers
    asked = subscriber._connection_args
    assert asked["auto_offset_reset"] == "earliest"
    assert asked["enable_auto_commit"] is False
    assert asked.get("group_instance_id") is None
    assert asked["session_timeout_ms"] == 6_000


def test_except_exception_stands_only_at_named_edges() -> None:
    """Each has a decision beside it; a new one has to be added here by somebody who thought about it."""
    found = {
        name
        for name, tree in _sources("services", "shared")
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or (isinstance(node.type, ast.Name) and node.type.id == "Exception"))
    }
    assert found == BROAD_EXCEPTS


BROAD_EXCEPTS = {
    "services/directory/entrypoints/taking_away/digest_tasks.py",
    "services/directory/search/keeper.py",
    "services/directory/use_cases/expand_services.py",
    "services/directory/use_cases/find_duplicates.py",
    "services/capacity/entrypoints/pool_rounds.py",
    "services/directory/entrypoints/feeds/feed_runner.py",
    "services/notify/entrypoints/message_sender.py",
    "services/referral/entrypoints/leg_rounds.py",
    "services/referral/entrypoints/rounds.py",
    "shared/messaging/consumer_pipeline.py",
    "shared/messaging/one_at_a_time.py",
    "shared/messaging/outbox_relay.py",
    "shared/messaging/retrier.py",
    "shared/service_defaults/health.py",
    "shared/postgres/notices.py",
    "shared/service_defaults/repeating.py",
    "shared/service_defaults/request_observation.py",
    "shared/service_defaults/side_tasks.py",
}


def test_no_module_grows_past_what_can_be_read() -> None:
    long = {
        name: lines
        for folder in ("services", "shared", "deploy")
        for file in (ROOT / folder).rglob("*.py")
        if (lines := sum(1 for line in file.read_text().splitlines() if line.strip())) > 300
        and (name := str(file.relative_to(ROOT)))
    }
    assert long == {}


BANNED = {"utils", "helpers", "common", "misc", "manager", "core", "base", "handlers", "service", "models"}


def test_no_module_has_a_name_that_says_nothing() -> None:
    named = {
        str(file.relative_to(ROOT))
        for folder in ("services", "shared", "deploy")
        for file in (ROOT / folder).rglob("*.py")
        if file.stem in BANNED
    }
    # There a service is what the field means by it: what an organisation offers to people.
    assert named == {"services/directory/domain/service.py"}
