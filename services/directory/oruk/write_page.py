"""A page of anything in the envelope of Open Referral UK."""

from collections.abc import Sequence

from services.directory.oruk.write_details import JsonObject


def page_record(contents: Sequence[JsonObject], *, total: int, page: int, per_page: int) -> JsonObject:
    """An empty list still has one page, so that first and last are both true of it."""
    total_pages = max(1, -(-total // per_page))
    return {
        "total_items": total,
        "total_pages": total_pages,
        "page_number": page,
        "size": len(contents),
        "first_page": page == 1,
        "last_page": page >= total_pages,
        "empty": not contents,
        "contents": list(contents),
    }
