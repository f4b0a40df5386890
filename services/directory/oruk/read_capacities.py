"""Capacities in other people's feeds: looked at, not kept; how much space there is, providers tell us themselves."""

from services.directory.oruk.field_reader import FieldReader

MOST_LOOKED_AT = 100
Number = int | float


def remark_on_capacities(record: FieldReader) -> None:
    """More free than there can be is remarked on and refuses nothing: the standard's own example says so."""
    given = record.values.get("capacities")
    for number, each in enumerate(given[:MOST_LOOKED_AT] if isinstance(given, list) else ()):
        if not isinstance(each, dict):
            continue
        free, most = each.get("available"), each.get("maximum")
        if isinstance(free, Number) and isinstance(most, Number) and free > most:
            record.remark(f"capacities[{number}].available", "more-than-maximum")
