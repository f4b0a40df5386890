"""Organisation → Open Referral UK record. What is private of it has no way in."""

from services.directory.domain.organisation import Organisation
from services.directory.oruk.write_details import JsonObject, without_empty


def organisation_record(organisation: Organisation) -> JsonObject:
    """An organisation as a list shows it."""
    return without_empty(
        {
            "id": str(organisation.id),
            "name": organisation.name,
            "description": organisation.description,
            "email": organisation.email,
            "website": organisation.website,
            "logo": organisation.logo,
            "uri": organisation.uri,
            "parent_organization_id": str(organisation.parent_id) if organisation.parent_id else None,
        }
    )


def full_organisation_record(organisation: Organisation) -> JsonObject:
    """With its numbers in registers."""
    identifiers = [
        without_empty(
            {
                "id": str(identifier.id),
                "identifier_scheme": identifier.identifier_scheme,
                "identifier_type": identifier.identifier_type,
                "identifier": identifier.identifier,
            }
        )
        for identifier in organisation.identifiers
    ]
    return organisation_record(organisation) | without_empty({"organization_identifiers": identifiers})
