"""What people are shown of themselves, column by column: a new column has to be shown, or named here with the reason."""

from collections.abc import Mapping
from uuid import UUID, uuid4

import httpx

from services.referral.storage.event_consents import give_event_consent
from services.referral.use_cases.keep_settlement import keep_settlement
from shared.events.envelope import new_event
from shared.events.outcomes import FollowUpSettledV1
from shared.postgres.pool import transaction
from tests.component.referral.golden_messages import AREA
from tests.component.referral.referral_world import ReferralWorld
from tests.component.referral.test_my_data import with_a_place_and_an_offer
from tests.support.reaching import EVERYWHERE
from tests.support.tables_not_shown import NOT_SHOWN_ANYWHERE, columns_by_table

INVITED = """
WITH invitation AS (
    INSERT INTO invitations (invitation_id, area, need, service_id, pool_id, invited_by, invited_at)
    VALUES (gen_random_uuid(), $3, 'housing', gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), now())
    RETURNING invitation_id
)
INSERT INTO invited_people (invitation_id, person_id, referral_id, area, pool_id, invited_at)
SELECT invitation_id, $1, $2, $3, gen_random_uuid(), now() FROM invitation
"""
YOU, REFERRAL, NEED = "Who you are and how to reach you", "Your referral", "What you want help with"
NOT_WANTED = "Groups that you do not want"
STEP, DECISION, TRIED = "Each step since then", "How we looked for a group", "Groups that we do not ask again"
WAIT = "Your time on the waiting list"
EVENTS = "Invitations to events"
FOLLOW_UP, SEEN = "When we asked how you are", "Who has seen your record"

# Where each column is shown, by kind of record and name of the field.
SHOWN: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "people": {
        "language": (YOU, "language"),
        "sex": (YOU, "sex"),
        "sealed": (YOU, "nhs number"),
    },
    "referrals": {
        "reference": (REFERRAL, "reference"),
        "door": (REFERRAL, "door"),
        "received_at": (REFERRAL, "received"),
        "consent_at": (REFERRAL, "you agreed to sharing"),
        "risks": (REFERRAL, "risks that were named"),
        "referrer_id": (REFERRAL, "referred by"),
    },
    "legs": {
        "need": (NEED, "need"),
        "wants": (NEED, "only evenings or weekends"),
        "area": (NEED, "area"),
        "received_at": (NEED, "received"),
        "state": (NEED, "state"),
        "service_id": (NEED, "group"),
        "waiting_since": (NEED, "waiting since"),
        "offered_at": (NEED, "group asked"),
        "answer_by": (NEED, "group answers by"),
        "reason": (NEED, "why"),
        "changed_at": (NEED, "last changed"),
        "asked_again": (NEED, "times we asked for the place again"),
        "owner": (NEED, "who acts next"),
        "next_step": (NEED, "what is next"),
        "due_at": (NEED, "due"),
        "review_at": (NEED, "we look at your wait"),
        "left_to_us": (NEED, "you left the choice to us"),
        "beside_leg_id": (NEED, "so that you can go to"),
        "meanwhile_of": (NEED, "taken up while you wait for"),
    },
    "leg_history": {
        "from_state": (STEP, "from"),
        "to_state": (STEP, "to"),
        "reason": (STEP, "why"),
        "service_id": (STEP, "group"),
        "happened_at": (STEP, "when"),
        "due_at": (STEP, "next due"),
    },
    "tried_pools": {
        "pool_id": (TRIED, "group"),
        "outcome": (TRIED, "outcome"),
        "tried_at": (TRIED, "when"),
        "said_at": (TRIED, "asked again when the group says its space after"),
    },
    "unwanted_services": {
        "service_id": (NOT_WANTED, "group"),
        "said_by": (NOT_WANTED, "said by"),
        "said_at": (NOT_WANTED, "when"),
    },
    "places_in_line": {
        "need": (WAIT, "need"),
        "joined_at": (WAIT, "on the list since"),
        "left_at": (WAIT, "until"),
        "overtaken": (WAIT, "times somebody who came later got a place first"),
        "away_at": (WAIT, "a group is asked about you since"),
        "overtaken_away": (WAIT, "times it happened while a group was asked"),
        "asked_at": (WAIT, "we asked if you still want it"),
        "asked_times": (WAIT, "times we asked"),
        "wanted_at": (WAIT, "you said yes"),
        "review_since": (WAIT, "somebody looks into it since"),
    },
    "declined_meanwhile": {
        "service_id": (WAIT, "groups that you did not want meanwhile"),
        "declined_at": (WAIT, "groups that you did not want meanwhile"),
    },
    "event_consents": {
        "given_by": (EVENTS, "you said we may invite you, told by"),
        "given_at": (EVENTS, "since"),
        "taken_back_at": (EVENTS, "you took it back"),
    },
    "invited_people": {
        "invitation_id": (EVENTS, "event"),
        "starts_on": (EVENTS, "day"),
        "invited_at": (EVENTS, "invited"),
        "answer": (EVENTS, "you said"),
        "answered_at": (EVENTS, "you said so"),
    },
    "routing_decisions": {
        "outcome": (DECISION, "outcome"),
        "decision": (DECISION, "groups that would not, by reason"),
        "decided_at": (DECISION, "when"),
    },
    "settled_follow_ups": {
        "occasion": (FOLLOW_UP, "occasion"),
        "settled_by": (FOLLOW_UP, "ended by"),
        "settled_at": (FOLLOW_UP, "over since"),
    },
    "link_subjects": {
        "subject": (REFERRAL, "older links stopped"),
        "links_valid_from": (REFERRAL, "older links stopped"),
    },
    "audit_records": {
        "recorded_at": (SEEN, "when"),
        "body": (SEEN, "what they did"),
        "actor_tag": (SEEN, "who"),
    },
}
# Ids and counters of ours say nothing of the person; an area is that of the referral, which is shown with each need.
OURS = frozenset(
    {"person_id", "referral_id", "leg_id", "request_id", "beside_request_id", "pool_id", "organisation_id", "referring_organisation_id",
     "follow_up_id", "id",
     "area", "version", "invitation_id", "record_id", "key_id", "created_at"}
)  # fmt: skip
BEFORE_SEALING = frozenset({"given_name", "family_name", "date_of_birth", "nhs_number", "email", "phone"})
NOT_SHOWN: Mapping[str, str] = {
    "person_keys": "a key, which says nothing and must not leave",
    "person_marks": "hashes under a key of what is shown, which say nothing without it",
    "audit_keys": "a key, which says nothing and must not leave",
    "audit_unsealed": "that a record of the trail is not sealed yet",
    "audit_chain": "hashes of the trail",
    "set_aside_legs": "that a round of ours failed, for some minutes",
    "escalations": "what took too long; each act on it stands in the steps, which are shown",
    "erasures": "there is a row only when nothing else is left",
    "erasure_answers": "there is a row only when nothing else is left",
    "referrers": "who referred, shown by name and practice; their address is theirs",
    "borough_balances": "whose turn it is of boroughs, of nobody",
    "invitations": "that a group was invited by staff: of nobody; each one's own is shown",
    "event_pools": "days of services, as the directory tells them",
    "copied_services": "services, as the directory tells them",
    "routing_modes": "whether the people of an area choose, which is of nobody",
    "said_routing_modes": "what areas said of that, which is of nobody",
    "space_questions": "which provider was asked whether it has space, for nobody in particular",
    "turned_away": "how often somebody was turned away, and why: of nobody",
    "fit_counts": "how many of whom somebody referred fitted: of nobody who was referred",
    "copied_signals": "what providers said of their space",
}


async def test_every_column_about_a_person_is_shown_or_has_a_reason(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    referral_id = await with_a_place_and_an_offer(world)
    leg_id, person_id = await world.pool.fetchrow("SELECT leg_id, person_id FROM legs LIMIT 1") or (
        None,
        None,
    )
    settled = FollowUpSettledV1.model_validate(
        {"follow_up_id": uuid4(), "referral_id": referral_id, "leg_id": leg_id, "person_id": person_id,
         "occasion": "before", "settled_by": "answered"}
    )  # fmt: skip
    async with transaction(world.pool, EVERYWHERE) as connection:
        await keep_settlement(connection, new_event(settled, area=AREA), AREA, world.by)
        await connection.execute(
            "INSERT INTO tried_pools (leg_id, pool_id, area, outcome, tried_at) VALUES ($1, $2, $3, 'declined', now())",
            leg_id, uuid4(), AREA,
        )  # fmt: skip
        await connection.execute(
            "INSERT INTO unwanted_services (person_id, service_id, area, said_by, said_at)"
            " VALUES ($1, $2, $3, 'person', now())",
            person_id, uuid4(), AREA,
        )  # fmt: skip
        await give_event_consent(connection, UUID(str(person_id)), by="person", now=world.clock())
        await connection.execute(INVITED, person_id, referral_id, AREA)
        await connection.execute(
            "INSERT INTO places_in_line (leg_id, area, need, joined_at) VALUES ($1, $2, 'housing', now())",
            leg_id, AREA,
        )  # fmt: skip

    said = (await client.get(world.my_link(referral_id) + "/export.json")).json()
    shown = {each["what"]: {name for record in each["records"] for name in record} for each in said["held"]}

    there = await columns_by_table(world.pool)
    assert there.keys() - NOT_SHOWN_ANYWHERE.keys() == SHOWN.keys() | NOT_SHOWN.keys()
    for table, columns in SHOWN.items():
        assert (
            there[table] - columns.keys() - OURS - (BEFORE_SEALING if table == "people" else set()) == set()
        ), table
        missing = [(what, name) for what, name in columns.values() if name not in shown.get(what, ())]
        assert missing == [], table


async def test_who_has_seen_the_record_is_taken_along_and_the_referrers_address_is_not(
    client: httpx.AsyncClient, world: ReferralWorld
) -> None:
    """The address is the referrer's own; who they are and their practice is told."""
    referral_id = await with_a_place_and_an_offer(world)
    await client.get(world.my_link(referral_id))

    said = await client.get(world.my_link(referral_id) + "/export.json")
    page = await client.get(world.my_link(referral_id) + "/export")

    [seen] = [each["records"] for each in said.json()["held"] if each["what"] == SEEN]
    assert ("You", "looked at your pages here") in [(each["who"], each["what they did"]) for each in seen]
    assert "looked at all that we hold about you" in page.text  # a moment ago, as a file
    assert "The Surgery" in page.text
    assert "surgery@example.nhs.uk" not in page.text + said.text
