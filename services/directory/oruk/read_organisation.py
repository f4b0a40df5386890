"""The organisation of an Open Referral UK service record, with the address that is private."""

from collections.abc import Mapping
from uuid import UUID

from services.directory.domain.organisation import Identifier, Organisation
from services.directory.oruk.field_reader import FieldReader

Known = Mapping[UUID, Organisation]


def read_organisation(record: FieldReader, known: Known) -> Organisation:
    """The record's own, or one that the feed has told of already where the record gives an id alone."""
    found = record.optional_object("organization")
    if found is None:
        organisation_id = record.optional_uuid("organization_id")
        if organisation_id is None or organisation_id not in known:
            raise record.refuse("organization", "missing")
        return known[organisation_id]
    return Organisation(
        id=found.uuid("id"),
        name=found.text("name"),
        description=found.text("description"),
        email=found.optional_email("email"),
        website=found.optional_url("website"),
        logo=found.optional_url("logo"),
        uri=found.optional_url("uri"),
        parent_id=found.optional_uuid("parent_organization_id"),
        identifiers=tuple(
            Identifier(
                each.uuid("id"),
                each.text("identifier_type"),
                each.text("identifier"),
                each.optional_text("identifier_scheme"),
            )
            for each in found.objects("organization_identifiers")
        ),
        referrals_email=_referrals_email(record),
    )


def _referrals_email(record: FieldReader) -> str | None:
    """The first address among the private contacts. Names of contacts are not kept."""
    for contact in record.objects("contacts"):
        found = contact.optional_email("email")
        if found is not None and contact.optional_text("visibility") == "private":
            return found
    return None
