"""What somebody who waits is told of the groups that were asked first whether they have space."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from services.referral.domain.leg import Leg
from services.referral.entrypoints.plain_words import name_of
from services.referral.storage.copied_services import find_service_names
from services.referral.use_cases.ask_for_space import asked_for
from shared.postgres.pool import Connection
from shared.web.phrases import phrase


async def groups_asked_first(connection: Connection, leg: Leg, now: datetime) -> tuple[str, ...]:
    """The public names of the groups whose answer is awaited, the one that was asked first at the head."""
    pools = await asked_for(connection, leg, now)
    names = await find_service_names(connection, [pool.service_id for pool in pools]) if pools else {}
    return tuple(dict.fromkeys(names[pool.service_id] for pool in pools if names.get(pool.service_id)))


def asked_first_words(groups: Sequence[str]) -> Markup:
    """Nothing where nobody was asked."""
    if not groups:
        return Markup()
    return Markup(" ").join(
        (
            phrase(
                "We asked %(groups)s whether they have space.", groups=Markup(", ").join(map(name_of, groups))
            ),
            phrase("They have not told us yet. You keep your place on the waiting list."),
        )
    )
