"""Whether a schema can follow another under the same version: only optional fields may come, nothing may go.

The rule is stricter than JSON Schema compatibility (a pure function over the exported, closed schemas): a
reader of either age must understand an event of the other.
"""

from typing import Any


def breaking_changes(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """What in `new` would break a reader or a stored event of `old`; empty when it may be released."""
    faults = _compare("", _resolved(old, old), _resolved(new, new))
    return sorted(set(faults))


def _compare(path: str, old: Any, new: Any) -> list[str]:
    if not isinstance(old, dict) or not isinstance(new, dict):
        return [] if old == new else [f"{path or 'schema'}: changed"]
    if "properties" not in old:
        return [] if _rule(old) == _rule(new) else [f"{path or 'schema'}: its rule changed"]
    before, after = old["properties"], new.get("properties", {})
    faults = [f"{path}{name}: removed" for name in before.keys() - after.keys()]
    required = set(new.get("required", ()))
    faults += [f"{path}{name}: added as required" for name in (after.keys() - before.keys()) & required]
    newly = required - set(old.get("required", ()))
    faults += [f"{path}{name}: became required" for name in newly & before.keys()]
    loosened = set(old.get("required", ())) - required
    faults += [f"{path}{name}: no longer required" for name in loosened & after.keys()]
    for name in before.keys() & after.keys():
        faults += _compare(f"{path}{name}.", before[name], after[name])
    return faults


def _rule(schema: dict[str, Any]) -> dict[str, Any]:
    """The parts of a schema that decide what is valid; words for people may change."""
    return {
        name: _rule(value) if isinstance(value, dict) else value
        for name, value in schema.items()
        if name not in {"title", "description", "$id", "$schema", "$defs"}
    }


def _resolved(schema: Any, root: dict[str, Any]) -> Any:
    """The schema with its `$ref`s put in place. Event schemas do not refer to themselves."""
    if isinstance(schema, list):
        return [_resolved(each, root) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _resolved(root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    return {
        name: _resolved(value, root) for name, value in schema.items() if name not in {"title", "description"}
    }
