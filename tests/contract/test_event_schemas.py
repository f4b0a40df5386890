"""The published language: schemas, examples, topics and the catalogue agree, and nothing released breaks."""

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from shared.events.catalogue import EVENT_CLASSES, owner_of
from shared.events.check import EXAMPLES, SCHEMAS, all_faults
from shared.events.compatibility import breaking_changes
from shared.events.event_data import EventData
from shared.messaging.topics import all_topics

IDENTIFYING = {
    "given_name", "family_name", "email", "phone", "address", "postcode", "date_of_birth", "nhs_number",
    "note", "notes", "text", "token", "link",
}  # fmt: skip


def test_schemas_and_examples_hold() -> None:
    assert all_faults() == []


def _examples() -> list[tuple[type[EventData], Path]]:
    return [(each, file) for each in EVENT_CLASSES for file in (EXAMPLES / each.event_type).glob("*.json")]


@pytest.mark.parametrize(
    ("model", "example"), _examples(), ids=lambda each: getattr(each, "event_type", getattr(each, "stem", ""))
)
def test_example_is_valid_by_the_committed_schema(model: type[EventData], example: Path) -> None:
    schema = json.loads((SCHEMAS / f"{model.event_type}.schema.json").read_text())
    jsonschema.validate(json.loads(example.read_text()), schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("model", EVENT_CLASSES, ids=lambda each: each.event_type)
def test_type_has_a_topic_of_its_owner_and_its_key(model: type[EventData]) -> None:
    topic = all_topics()[model.topic]
    assert topic.owner == owner_of(model.event_type)
    assert topic.key == model.key_field
    assert model.key_field in model.model_fields


PUBLIC_NAMES = {"name", "organisation_name", "lead_organisation_name"}


@pytest.mark.parametrize("model", EVENT_CLASSES, ids=lambda each: each.event_type)
def test_type_has_room_for_nobody_s_identity(model: type[EventData]) -> None:
    """Text is a code, a tag or an id by its pattern; the public names are those of a service and its organisations."""
    schema = json.loads((SCHEMAS / f"{model.event_type}.schema.json").read_text())
    for name, rule in _strings_of(schema):
        bounded = {"pattern", "enum", "const", "format"} & rule.keys()
        public = model.event_type == "directory.service-published.v1" and name in PUBLIC_NAMES
        assert bounded or public, f"{name} could hold free text"
        assert name not in IDENTIFYING


def _strings_of(schema: Any, name: str = "") -> list[tuple[str, dict[str, Any]]]:
    if isinstance(schema, list):
        return [found for each in schema for found in _strings_of(each, name)]
    if not isinstance(schema, dict):
        return []
    own = [(name, schema)] if schema.get("type") == "string" else []
    properties = schema.get("properties", {})
    inside = [found for key, value in properties.items() for found in _strings_of(value, key)]
    rest = {key: value for key, value in schema.items() if key != "properties"}
    return own + inside + [found for value in rest.values() for found in _strings_of(value, name)]


def test_topic_names_cannot_collide_in_metrics() -> None:
    assert not [name for name in all_topics() if "_" in name]


# On its way to where it is kept encrypted, until the person is forgotten; no service is rebuilt from it.
KEPT_ELSEWHERE = {"outcomes.accesses.v1": "2592000000"}


def test_topics_keep_facts_for_ever_and_full_state_compacted() -> None:
    assert {name: all_topics()[name].config["retention.ms"] for name in KEPT_ELSEWHERE} == KEPT_ELSEWHERE
    for topic in all_topics().values():
        if topic.name in KEPT_ELSEWHERE:
            continue
        compacted = topic.config["cleanup.policy"] == "compact"
        assert compacted or topic.config["retention.ms"] == "-1", topic.name


class TestBreakingChanges:
    """The rule itself, on one schema bent in every way."""

    schema: dict[str, Any] = json.loads((SCHEMAS / "referral.need-unmet.v1.schema.json").read_text())

    def changed(self, **properties: Any) -> dict[str, Any]:
        new = copy.deepcopy(self.schema)
        new["properties"] |= properties
        return new

    def test_optional_field_may_come(self) -> None:
        assert not breaking_changes(self.schema, self.changed(mood={"type": "string"}))

    def test_required_field_may_not_come(self) -> None:
        new = self.changed(mood={"type": "string"})
        new["required"] = [*new["required"], "mood"]
        assert breaking_changes(self.schema, new) == ["mood: added as required"]

    def test_field_may_not_go(self) -> None:
        new = copy.deepcopy(self.schema)
        del new["properties"]["need"]
        assert "need: removed" in breaking_changes(self.schema, new)

    def test_rule_may_not_change(self) -> None:
        assert breaking_changes(self.schema, self.changed(need={"type": "integer"}))

    def test_field_may_not_become_optional(self) -> None:
        new = copy.deepcopy(self.schema)
        new["required"] = [name for name in new["required"] if name != "need"]
        assert breaking_changes(self.schema, new) == ["need: no longer required"]
