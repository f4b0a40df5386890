"""A page of services in the envelope of Open Referral UK."""

from services.directory.oruk.write_details import JsonObject
from services.directory.oruk.write_service import service_list_record
from services.directory.storage.service_list import ServicePage


def service_page(found: ServicePage, *, page: int, per_page: int) -> JsonObject:
    """An empty list still has one page, so that first and last are both true of it."""
    total_pages = max(1, -(-found.total // per_page))
    contents = [
        service_list_record(each.service, each.organisation, each.changed_at) for each in found.services
    ]
    return {
        "total_items": found.total,
        "total_pages": total_pages,
        "page_number": page,
        "size": len(contents),
        "first_page": page == 1,
        "last_page": page >= total_pages,
        "empty": not contents,
        "contents": contents,
    }
