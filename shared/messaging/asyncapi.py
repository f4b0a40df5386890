"""The AsyncAPI 3.0 document of a service, made from the catalogue and the topic files: what it says and hears."""

from typing import Any

from shared.events.catalogue import CLASS_OF_TYPE, owner_of, types_on
from shared.events.schema_export import schema_of
from shared.messaging.topics import Topic, all_topics


def document(service: str) -> dict[str, Any]:
    """The document of one service, ready to be written as JSON."""
    says = [topic for topic in all_topics().values() if topic.owner == service]
    hears = {
        topic.name: [group for group in topic.consumers if group.partition(".")[0] == service]
        for topic in all_topics().values()
    }
    used = [topic for topic in all_topics().values() if topic in says or hears[topic.name]]
    operations = {f"say.{topic.name}": _operation("send", topic) for topic in says}
    for topic in used:
        for group in hears[topic.name]:
            operations[f"hear.{group}"] = _operation("receive", topic, topic.consumers[group].order)
    messages = {each.event_type: each for topic in used for each in types_on(topic.name)}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": f"Kith {service}", "version": "1.0.0", "license": {"name": "MIT"}},
        "defaultContentType": "application/json",
        "channels": {topic.name: _channel(topic) for topic in used},
        "operations": operations,
        "components": {"messages": {name: _message(name) for name in messages}},
    }


def _channel(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "description": topic.description,
        "messages": {
            each.event_type: {"$ref": f"#/components/messages/{each.event_type}"}
            for each in types_on(topic.name)
        },
        "bindings": {"kafka": {"partitions": topic.partitions, "topicConfiguration": _retention(topic)}},
    }


def _retention(topic: Topic) -> dict[str, Any]:
    policy = topic.config.get("cleanup.policy", "delete").split(",")
    kept = topic.config.get("retention.ms")
    return {"cleanup.policy": policy} | ({"retention.ms": int(kept)} if kept else {})


def _operation(action: str, topic: Topic, order: str | None = None) -> dict[str, Any]:
    operation: dict[str, Any] = {"action": action, "channel": {"$ref": f"#/channels/{topic.name}"}}
    return operation | ({"description": f"order needed: {order}"} if order else {})


def _message(event_type: str) -> dict[str, Any]:
    model = CLASS_OF_TYPE[event_type]
    return {
        "name": event_type,
        "title": model.__name__,
        "summary": (model.__doc__ or "").partition("\n")[0],
        "description": f"Said by {owner_of(event_type)}; keyed by {model.key_field}.",
        "contentType": "application/json",
        "payload": schema_of(model),
    }
