"""Whom groups were asked about and who has a place with them: counts of nobody, and lists by reference alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.referral.storage.referrals import ReferralRow
from shared.postgres.pool import Connection
from shared.postgres.reach import Reach

MOST_LISTED = 200
OFFERED, WITH_US = ("offered",), ("accepting", "accepted", "started")

# Row-level security holds all of them to the reach as well; besides, it shows an organisation whom it referred.
REACHED = """
l.area = ANY ($1::text[]) AND ($2::uuid[] IS NULL OR l.organisation_id = ANY ($2::uuid[]))
"""
COUNT = f"""
SELECT l.need, count(*)::int AS people, min(l.offered_at) AS first_asked, min(l.answer_by) AS first_due
FROM legs l WHERE l.state = ANY ($3::text[]) AND {REACHED}
GROUP BY l.need ORDER BY min(l.answer_by), l.need
"""
LIST = f"""
SELECT r.referral_id, r.reference, r.person_id, r.area, r.door, r.received_at,
    l.need, l.state, l.offered_at, l.answer_by, l.changed_at, coalesce(s.name, '') AS service
FROM legs l JOIN referrals r USING (referral_id) LEFT JOIN copied_services s ON s.service_id = l.service_id
WHERE l.state = ANY ($3::text[]) AND {REACHED}
ORDER BY l.answer_by, l.changed_at DESC, l.leg_id LIMIT {MOST_LISTED}
"""
MARK = f"""
SELECT count(*)::int AS legs, md5(coalesce(string_agg(
    concat_ws(':', l.leg_id, l.version, l.state), ',' ORDER BY l.leg_id), '')) AS mark
FROM legs l WHERE l.state = ANY ($3::text[]) AND {REACHED}
"""


@dataclass(frozen=True, slots=True)
class PeopleForNeed:
    """How many, and of offers the first that was asked and the first whose time is over."""

    need: str
    people: int
    first_asked: datetime | None
    first_due: datetime | None


@dataclass(frozen=True, slots=True)
class LegOnBoard:
    """One need of somebody who is known here by their referral's reference."""

    referral: ReferralRow
    need: str
    state: str
    service: str
    offered_at: datetime | None
    answer_by: datetime | None
    changed_at: datetime


async def count_on_board(
    connection: Connection, reach: Reach, states: Sequence[str]
) -> Sequence[PeopleForNeed]:
    return [PeopleForNeed(**row) for row in await connection.fetch(COUNT, *_bounds(reach), list(states))]


async def list_on_board(connection: Connection, reach: Reach, states: Sequence[str]) -> Sequence[LegOnBoard]:
    """The soonest to answer first, then the newest; as many as fit a page."""
    rows = await connection.fetch(LIST, *_bounds(reach), list(states))
    return [
        LegOnBoard(
            ReferralRow(
                row["referral_id"], row["reference"], row["person_id"], row["area"], row["door"], row["received_at"]
            ),
            row["need"], row["state"], row["service"], row["offered_at"], row["answer_by"], row["changed_at"],
        )
        for row in rows
    ]  # fmt: skip


async def find_mark(connection: Connection, reach: Reach) -> tuple[str, int]:
    """Another one whenever the board shows anything else; and of how many legs it is."""
    row = await connection.fetchrow(MARK, *_bounds(reach), [*OFFERED, *WITH_US])
    assert row is not None  # noqa: S101  (an aggregate has a row)
    return row["mark"], row["legs"]


def _bounds(reach: Reach) -> tuple[list[str], list[object] | None]:
    return list(reach.areas), None if reach.organisations is None else list(reach.organisations)
