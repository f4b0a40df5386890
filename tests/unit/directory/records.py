"""A small, whole Open Referral UK record to change in tests."""

from copy import deepcopy
from uuid import UUID

SERVICE_ID = UUID("11111111-1111-4111-8111-111111111111")
ORGANISATION_ID = UUID("22222222-2222-4222-8222-222222222222")
POOL_ID = UUID("33333333-3333-4333-8333-333333333333")

_RECORD: dict[str, object] = {
    "id": str(SERVICE_ID),
    "name": "Canal walk",
    "description": "A steady walk, then tea.",
    "status": "active",
    "email": "hello@walk.example.org",
    "minimum_age": 18,
    "organization": {
        "id": str(ORGANISATION_ID),
        "name": "Walkers",
        "description": "People who walk.",
        "email": "office@walkers.example.org",
    },
    "contacts": [
        {
            "id": "44444444-4444-4444-8444-444444444444",
            "name": "Private Person",
            "email": "private@walkers.example.org",
            "visibility": "private",
        }
    ],
    "schedules": [
        {
            "id": "55555555-5555-4555-8555-555555555555",
            "freq": "WEEKLY",
            "byday": "TU,SA",
            "opens_at": "18:00:00",
            "closes_at": "20:00:00",
        }
    ],
    "service_areas": [
        {"id": "66666666-6666-4666-8666-666666666666", "extent_type": "gss", "extent": "E09000030"}
    ],
    "service_at_locations": [
        {
            "id": "77777777-7777-4777-8777-777777777777",
            "location": {
                "id": "88888888-8888-4888-8888-888888888888",
                "location_type": "physical",
                "name": "The pavilion",
                "latitude": 51.52631,
                "longitude": -0.03682,
                "addresses": [
                    {
                        "id": "99999999-9999-4999-8999-999999999999",
                        "address_1": "Clinton Road",
                        "city": "London",
                        "state_province": "Greater London",
                        "postal_code": "E3 4QY",
                        "country": "GB",
                        "address_type": "physical",
                    }
                ],
            },
        }
    ],
    "languages": [{"id": "aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa", "code": "bn"}],
    "attributes": [],
}


def attribute(taxonomy: str, term: str, **more: str) -> dict[str, object]:
    return {
        "id": "bbbbbbbb-bbbb-4bbb-8bbb-bbbbbbbbbbbb",
        "taxonomy_term": {
            "id": "cccccccc-cccc-4ccc-8ccc-cccccccccccc",
            "name": term,
            "description": term,
            "taxonomy": taxonomy,
            "term": term,
        },
        **more,
    }


def a_record(*attributes: dict[str, object], **changes: object) -> dict[str, object]:
    """The record with these changes; a change to None takes the field away."""
    pool = attribute("kith-pools", "session", value="Tuesday walk") | {"id": str(POOL_ID)}
    record = deepcopy(_RECORD) | {"attributes": [attribute("kith-needs", "loneliness"), pool, *attributes]}
    for name, value in changes.items():
        if value is None:
            record.pop(name)
        else:
            record[name] = value
    return record
