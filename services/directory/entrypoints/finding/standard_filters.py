"""The filters of Open Referral UK in an address that a browser opens: those that the page has too narrow it."""

from functools import cache

from services.directory.entrypoints.finding.asked import Asked, Params, line_of
from services.directory.entrypoints.open_referral.feed_filter import FeedWanted
from services.directory.oruk import our_taxonomies as ours

TERM = "taxonomy_term_id"
OF_THE_PAGE = frozenset({"search", "page", "per_page", "format", "full", "minimal"})
FACETS = {ours.NEEDS: "need", ours.GROUPS: "group", ours.ACCESS: "access", ours.DELIVERY: "delivery"}


def with_standard_filters(asked: Asked, params: Params) -> tuple[Asked, tuple[str, ...]]:
    """What is asked with them, and the names of those that cannot be asked of the page."""
    given = {name for name in FeedWanted.model_fields if name not in OF_THE_PAGE and params.get(name)}
    facet, code = _choices().get(line_of(params, TERM).lower(), ("", ""))
    if facet and not getattr(asked, facet):
        asked = asked.but(page=asked.page, **{facet: (code,)})
        given.discard(TERM)
    return asked, tuple(sorted(given))


@cache
def _choices() -> dict[str, tuple[str, str]]:
    return {
        str(term.id): (facet, term.code)
        for taxonomy, facet in FACETS.items()
        for term in ours.our_terms(taxonomy).values()
    }
