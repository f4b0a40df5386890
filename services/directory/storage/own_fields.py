"""What an organisation says of its entry itself, laid over what the source says: field by field, the own word wins."""

from collections.abc import Mapping
from dataclasses import fields, replace

from services.directory.domain.service import Service, Suitability
from services.directory.storage.stored_documents import service_from_document

OwnFields = Mapping[str, object]
"""Field → its value as in the stored document; `suitability.needs` and the like for a part. None: nothing is said."""

NEVER_OWN = frozenset({"id", "organisation_id", "sensitive", "suitability"})
FIELDS = frozenset(field.name for field in fields(Service)) - NEVER_OWN | {
    f"suitability.{field.name}" for field in fields(Suitability)
}


def overlaid(fed: Mapping[str, object], own: OwnFields) -> Service:
    """The service as it is shown. Raises ValueError for a field that nobody can have of their own."""
    if unknown := own.keys() - FIELDS:
        raise ValueError(f"not fields that an entry can have of its own: {', '.join(sorted(unknown))}")
    document = dict(fed)
    for name, value in own.items():
        outer, _, inner = name.partition(".")
        if inner:
            document[outer] = _with(_object(document.get(outer)), inner, value)
        else:
            document = _with(document, outer, value)
    return _without_lost_openings(service_from_document(_fitting(document, own)))


def _with(document: Mapping[str, object], name: str, value: object) -> dict[str, object]:
    rest = {key: each for key, each in document.items() if key != name}
    return rest if value is None else rest | {name: value}


def _fitting(document: dict[str, object], own: OwnFields) -> dict[str, object]:
    """Where the two do not fit: what must stay hidden is hidden, and the own age leaves the source's out."""
    suitability = _object(document.get("suitability"))
    low, high = suitability.get("minimum_age"), suitability.get("maximum_age")
    if isinstance(low, int) and isinstance(high, int) and low > high:
        weaker = "maximum_age" if "suitability.minimum_age" in own else "minimum_age"
        document = document | {"suitability": _with(suitability, weaker, None)}
    if document.get("sensitive"):
        catchment = _object(document.get("catchment"))
        kept = {name: value for name, value in catchment.items() if name not in {"circle", "outline"}}
        document = document | {"places": [], "catchment": kept}
    return document


def _object(found: object) -> dict[str, object]:
    return found if isinstance(found, dict) else {}


def _without_lost_openings(service: Service) -> Service:
    """Either may have taken away the opening that a pool of the other's names."""
    known = {None, *(opening.id for opening in service.opening)}
    pools = (pool if pool.opening_id in known else replace(pool, opening_id=None) for pool in service.pools)
    return replace(service, pools=tuple(pools))
