"""What a FHIR server answers besides resources: a bundle of what was found, what went wrong, and what it can do."""

from collections.abc import Mapping, Sequence

from services.directory.fhir.capacity_status import JsonObject
from services.directory.fhir.codes import FHIR_VERSION
from services.directory.fhir.healthcare_service import RESOURCE

PUBLISHED_ON = "2026-11-22"  # when what the server can do last changed
SEARCH_PARAMETERS: Mapping[str, tuple[str, str]] = {
    "_id": ("token", "One or more ids, with commas between"),
    "name": ("string", "How the name begins; capitals do not matter"),
    "service-category": ("token", "A need: its code, or code system and code with | between"),
    "organization": ("reference", "The id of the organisation, with or without Organization/ before it"),
}


def search_bundle(
    resources: Sequence[JsonObject], *, total: int, base: str, links: Mapping[str, str]
) -> JsonObject:
    bundle: JsonObject = {
        "resourceType": "Bundle",
        "type": "searchset",
        "total": total,
        "link": [{"relation": relation, "url": url} for relation, url in links.items()],
    }
    entries = [
        {
            "fullUrl": f"{base}/{RESOURCE}/{resource['id']}",
            "resource": resource,
            "search": {"mode": "match"},
        }
        for resource in resources
    ]
    return bundle | ({"entry": entries} if entries else {})


def operation_outcome(code: str, diagnostics: str) -> JsonObject:
    issue = {"severity": "error", "code": code, "diagnostics": diagnostics}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


def capability_statement(base: str) -> JsonObject:
    parameters = [
        {"name": name, "type": kind, "documentation": words}
        for name, (kind, words) in SEARCH_PARAMETERS.items()
    ]
    resource = {
        "type": RESOURCE,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "searchParam": parameters,
    }
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": PUBLISHED_ON,
        "kind": "instance",
        "software": {"name": "kith"},
        "implementation": {"description": "The menu of services, open to all", "url": base},
        "fhirVersion": FHIR_VERSION,
        "format": ["application/fhir+json"],
        "rest": [{"mode": "server", "resource": [resource]}],
    }
