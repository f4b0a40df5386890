"""Why the chosen pool fitted, as it was when it was chosen: kept with the decision, read for whoever is asked."""

from uuid import UUID

import orjson

from services.referral.domain.fit import why_it_fits
from services.referral.domain.leg import Leg
from services.referral.domain.router import Decision
from shared.postgres.pool import Connection
from shared.vocabulary.vocabulary import boroughs

# A decision of a release that did not keep this has nothing to tell.
FIND = """
SELECT decision->'fits' FROM routing_decisions
WHERE leg_id = $1 AND decision->>'chosen' = $2 ORDER BY id DESC LIMIT 1
"""


def fits_of(leg: Leg, decision: Decision) -> tuple[str, ...]:
    """Codes for the pool that was chosen; none where none was."""
    if decision.chosen is None:
        return ()
    borough = boroughs().get(leg.wants.area)
    home = (borough.latitude, borough.longitude) if borough else None
    return why_it_fits(decision.chosen, leg.wants, home)


async def find_fits(connection: Connection, leg_id: UUID, pool_id: UUID) -> tuple[str, ...]:
    """Why this pool was chosen for the leg, the last time that it was."""
    found: str | None = await connection.fetchval(FIND, leg_id, str(pool_id))
    return tuple(orjson.loads(found) or ()) if found else ()
