"""Services and organisations as JSON in the database, and back."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from pydantic import TypeAdapter

from services.directory.domain.organisation import Organisation
from services.directory.domain.service import Service

_SERVICES = TypeAdapter(Service)
_ORGANISATIONS = TypeAdapter(Organisation)
_PRIVATE = {"referrals_email"}


def service_document(service: Service) -> dict[str, object]:
    document: dict[str, object] = _SERVICES.dump_python(service, mode="json", exclude_none=True)
    return document


def service_from(document: str) -> Service:
    return _SERVICES.validate_json(document)


def service_from_document(document: Mapping[str, object]) -> Service:
    """Raises pydantic's ValidationError, a ValueError, for what no service can be."""
    return _SERVICES.validate_json(json.dumps(document))


def organisation_document(organisation: Organisation) -> dict[str, object]:
    """What may be shown; the private address has a column of its own."""
    document: dict[str, object] = _ORGANISATIONS.dump_python(
        organisation, mode="json", exclude_none=True, exclude=_PRIVATE
    )
    return document


def public_organisation_from(document: str) -> Organisation:
    return _ORGANISATIONS.validate_json(document)


def organisation_from(document: str, referrals_email: str | None) -> Organisation:
    """With the private address, for comparing what a source says of it."""
    return replace(public_organisation_from(document), referrals_email=referrals_email)


def digest(*parts: object) -> str:
    """Equal for equal content, whatever the order of the keys."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
