"""`python -m shared.messaging.event_docs [--check]`: docs/events.md and docs/asyncapi/*.json, made from catalogue and topics.

`--check` writes nothing and exits 1 naming each file that differs.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from shared.events.catalogue import owner_of, types_on
from shared.events.event_data import EventData
from shared.events.schema_export import schema_of
from shared.messaging.asyncapi import document
from shared.messaging.topics import ConsumerOrder, Topic, all_topics

DOCS = Path(__file__).parent.parent.parent / "docs"
HEAD = """\
# Events

Made by `python -m shared.messaging.event_docs` from `shared/events` and `shared/topics`: change those, not this page.

An event is a CloudEvents 1.0 record in binary mode: attributes in `ce_*` headers, JSON in the body. Besides the
data below each has `ce_id` (UUIDv7), `ce_type`, `ce_source`, `ce_subject` (the key), `ce_time`, `ce_dataschema`,
`traceparent`, and where they apply `ce_area` (the borough) and `ce_causationid` (the event that led to it). None
carries a person's name, a contact, an NHS number, a postcode, a date of birth, free text or a link. A reader takes
the types that it knows and wants, and counts the others.

Order that a consumer needs: **strict**, a later event of the key waits behind one that could not be handled;
**latest**, events carry full state and the greater version wins; **none**, events do not depend on each other.
"""


def services() -> list[str]:
    """Every service that says or hears anything."""
    topics = all_topics().values()
    hearing = {group.partition(".")[0] for topic in topics for group in topic.consumers}
    return sorted(hearing | {topic.owner for topic in topics})


def pages() -> dict[Path, str]:
    """Each file's text."""
    documents = {
        Path("asyncapi") / f"{service}.json": json.dumps(document(service), indent=2) + "\n"
        for service in services()
    }
    return {Path("events.md"): events_page(), **documents}


def events_page() -> str:
    parts = [HEAD, "\n".join(overview())]
    for topic in all_topics().values():
        parts.append("\n".join(topic_lines(topic)))
        parts += ["\n".join(event_lines(each)) for each in types_on(topic.name)]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def overview() -> Iterator[str]:
    yield "| event type | topic | said by | topic read by |"
    yield "| --- | --- | --- | --- |"
    for topic in all_topics().values():
        heard = ", ".join(sorted({group.partition(".")[0] for group in topic.consumers})) or "nobody yet"
        for each in types_on(topic.name):
            yield f"| [{each.event_type}](#{anchor(each.event_type)}) | {topic.name} | {topic.owner} | {heard} |"


def topic_lines(topic: Topic) -> Iterator[str]:
    yield f"## {topic.name}"
    yield ""
    yield f"{topic.description} Key: `{topic.key}`. {topic.partitions} partitions. {retention(topic.config)}"
    if topic.consumers:
        yield ""
        yield "| consumer group | order it needs |"
        yield "| --- | --- |"
        for group, order in topic.consumers.items():
            yield f"| {group} | {order_words(order, topic)} |"


def retention(config: Mapping[str, str]) -> str:
    if config.get("cleanup.policy") == "compact":
        return "Compacted: the last event of each key stays."
    kept = timedelta(milliseconds=int(config["retention.ms"]))
    return "Kept for ever." if kept < timedelta() else f"Kept for {kept.days} days."


def order_words(order: ConsumerOrder, topic: Topic) -> str:
    return f"strict, by `{order.order_by or topic.key}`" if order.order == "strict" else str(order.order)


def event_lines(model: type[EventData]) -> Iterator[str]:
    schema = schema_of(model)
    definitions = schema.get("$defs", {})
    yield f"### {model.event_type}"
    yield ""
    yield " ".join((model.__doc__ or "").split())
    yield ""
    yield "| field | type | |"
    yield "| --- | --- | --- |"
    for name, field in schema["properties"].items():
        given = "always" if name in schema.get("required", []) and not is_optional(field) else "may be absent"
        yield f"| {name} | {type_words(field, definitions)} | {given} |"
    yield ""
    yield f"Said by {owner_of(model.event_type)}. Examples: `shared/events/examples/{model.event_type}/`."


def is_optional(field: Mapping[str, Any]) -> bool:
    return any(each.get("type") == "null" for each in field.get("anyOf", []))


def type_words(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    """A JSON Schema in a few words. Pure."""
    if "$ref" in field:
        inner = definitions[field["$ref"].rpartition("/")[2]]
        return "{" + ", ".join(inner["properties"]) + "}"
    if "enum" in field:
        return " \\| ".join(f"`{each}`" for each in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    if "anyOf" in field:
        kinds = [type_words(each, definitions) for each in field["anyOf"] if each.get("type") != "null"]
        return " or ".join(kinds)
    if field.get("type") == "array":
        return f"list of {type_words(field.get('items', {}), definitions)}"
    return str(field.get("format") or field.get("type", "any"))


def anchor(event_type: str) -> str:
    """As Markdown renderers make it of a heading."""
    return event_type.replace(".", "")


def write(docs: Path = DOCS) -> None:
    for place, text in pages().items():
        file = docs / place
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)


def differences(docs: Path = DOCS) -> list[str]:
    """Files that are missing, out of date, or of no service."""
    wanted = pages()
    faults = [
        f"docs/{place} is out of date: run python -m shared.messaging.event_docs"
        for place, text in wanted.items()
        if not (docs / place).exists() or (docs / place).read_text() != text
    ]
    stray = {file.relative_to(docs) for file in (docs / "asyncapi").glob("*.json")} - set(wanted)
    return faults + [f"docs/{place} belongs to no service" for place in sorted(stray)]


def main(arguments: list[str]) -> int:
    if "--check" not in arguments:
        write()
        return 0
    found = differences()
    print("\n".join(found) or f"{len(pages())} pages about events hold")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
