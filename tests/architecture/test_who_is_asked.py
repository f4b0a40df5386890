"""Connections out are opened in few places, each to an address that a setting names."""

import ast
import re

import pytest

from tests.architecture.test_dangerous_functions import FILES, ROOT, calls, dotted

# What opens a connection, as it is called where it stands.
OPENS = re.compile(
    r"(.*\.)?(AsyncClient|HTTPTransport|AsyncHTTPTransport|urlopen|urlretrieve|HTTPConnection|HTTPSConnection"
    r"|open_connection|create_connection|open_unix_connection|SMTP|SMTP_SSL|ClientSession|OTLPSpanExporter"
    r"|AIOKafkaConsumer|AIOKafkaProducer|AIOKafkaAdminClient|KafkaBroker)"
    r"|httpx\.(Client|get|post|put|patch|delete|request|stream)|requests\..*|asyncpg\.(connect|create_pool)"
)
# Where, and which setting names whom it reaches.
ASKS = {
    "deploy/checker/databases.py": "CHECKER_REFERRAL_DSN",
    "deploy/edge/upstream_pool.py": "EDGE_UPSTREAMS",
    "deploy/mailbox/__main__.py": "MAILBOX_SMTP_PORT",
    "deploy/spans/trace.py": "SPANS_PORT",
    "services/directory/entrypoints/feeds/bounded_fetch.py": "DIRECTORY_OUTSIDE_HOSTS",
    "services/notify/outbound/mail_server.py": "NOTIFY_SMTP_HOST",
    "shared/messaging/whole_log.py": "KAFKA_BOOTSTRAP_SERVERS",
    "services/referral/entrypoints/audit_public_keys.py": "REFERRAL_HTTP_PORT",
    "services/referral/entrypoints/audit_verify.py": "KAFKA_BOOTSTRAP_SERVERS",
    "shared/messaging/consumers.py": "KAFKA_BOOTSTRAP_SERVERS",
    "shared/messaging/dlq_command.py": "POSTGRES_DSN",
    "shared/messaging/event_producer.py": "KAFKA_BOOTSTRAP_SERVERS",
    "shared/messaging/outbox_relay.py": "POSTGRES_DSN",
    "shared/postgres/notices.py": "POSTGRES_DSN",
    "shared/postgres/pool.py": "POSTGRES_DSN",
    "shared/service_defaults/health.py": "KAFKA_BOOTSTRAP_SERVERS",
    "shared/service_defaults/outgoing.py": "OUTSIDE_HOSTS",
    "shared/service_defaults/tracing.py": "OTLP_ENDPOINT",
}


@pytest.mark.asvs("V13.2.4", "V13.2.5")
def test_nothing_is_asked_but_where_a_setting_says_whom() -> None:
    found = {str(file.relative_to(ROOT)) for file in FILES for call in calls(file) if opens(call)}

    assert sorted(found) == sorted(ASKS)


@pytest.mark.asvs("V13.1.1")
def test_each_setting_that_says_whom_is_written_down() -> None:
    text = (ROOT / "docs" / "security.md").read_text()

    assert sorted({setting for setting in ASKS.values() if setting not in text}) == []


def opens(call: ast.Call) -> bool:
    return OPENS.fullmatch(dotted(call.func)) is not None
