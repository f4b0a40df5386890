"""All that is held on a person, in words: what, why, and whom it was shared with."""

from dataclasses import asdict, replace
from uuid import UUID

from services.referral.domain.audit_act import RecordKind
from services.referral.entrypoints.audit_words import words_for_person
from services.referral.outbound.held_elsewhere import ask_what_is_held
from services.referral.settings import ReferralSettings
from services.referral.storage.erasure import list_referrals_of
from services.referral.storage.held_rows import HeldRows, Records, read_held_rows
from services.referral.storage.people import PersonDetails, PersonVault, find_person
from services.referral.storage.referrals import ReferralRow, find_referral
from services.referral.use_cases.audit_trail import Acting
from services.referral.use_cases.read_audit import Search, search
from shared.access.vocabulary import Verb
from shared.postgres.pool import Connection, transaction
from shared.postgres.reach import Reach
from shared.security.held_data import HeldRecords, HeldRequest, Value
from shared.service_defaults.process import Platform
from shared.web.phrases import translatable

WHY_HELP = translatable("To find help that suits you")


class Export:
    """What one person is shown. `not_asked` names services that could not answer just now."""

    def __init__(
        self, referral: ReferralRow, held: tuple[HeldRecords, ...], not_asked: tuple[str, ...]
    ) -> None:
        self.referral = referral
        self.held = held
        self.not_asked = not_asked

    def as_json(self) -> dict[str, object]:
        return {
            "reference": self.referral.reference,
            "held": [each.model_dump(mode="json") for each in self.held],
            "not_asked": list(self.not_asked),
        }


async def export_of(
    platform: Platform[ReferralSettings], vault: PersonVault, referral_id: UUID, reach: Reach, by: Acting
) -> Export | None:
    """None where there is nobody any more."""
    async with transaction(platform.pool, reach) as connection:
        referral = await find_referral(connection, referral_id)
        person = await find_person(connection, vault, referral.person_id) if referral else None
        if referral is None or person is None:
            return None
        rows = await read_held_rows(connection, referral.person_id)
        known = await list_referrals_of(connection, referral.person_id)
        seen = await _seen(connection, by, referral)
        exported = by.act(
            Verb.EXPORT, RecordKind.PERSON, referral.person_id, area=referral.area,
            person_id=referral.person_id, referral_id=referral_id,
        )  # fmt: skip
        await by.record(connection, exported)
    elsewhere = await ask_what_is_held(
        platform.http,
        platform.settings.held_urls,
        platform.settings.internal_key,
        HeldRequest(
            person_id=referral.person_id,
            area=referral.area,
            referral_ids=tuple(each.referral_id for each in known),
            leg_ids=tuple(leg_id for each in known for leg_id in each.leg_ids),
            request_ids=tuple(request_id for each in known for request_id in each.request_ids),
        ),
    )
    return Export(referral, (*_own(person, rows, seen), *elsewhere.records), elsewhere.not_asked)


def _own(person: PersonDetails, rows: HeldRows, seen: Records) -> tuple[HeldRecords, ...]:
    kinds = (
        (
            translatable("Who you are and how to reach you"),
            translatable("To tell you what happens next"),
            (_in_words(person),),
        ),
        (translatable("Your referral"), WHY_HELP, rows.referrals),
        (translatable("What you want help with"), WHY_HELP, rows.needs),
        (
            translatable("Each step since then"),
            translatable("So that nobody is forgotten, and to answer your questions"),
            rows.steps,
        ),
        (
            translatable("How we looked for a group"),
            translatable("So that each decision can be explained"),
            rows.decisions,
        ),
        (
            translatable(
                "Whom we told about you: your needs, age band, area, access and language, and no name"
            ),
            translatable("So that they can say if they can help"),
            rows.shared_with,
        ),
        (
            translatable("Groups that we do not ask again"),
            translatable("So that each decision can be explained"),
            rows.tried,
        ),
        (
            translatable("Groups that you do not want"),
            translatable("So that we never ask them for you"),
            rows.not_wanted,
        ),
        (
            translatable("Your time on the waiting list"),
            translatable("So that each decision can be explained"),
            rows.waits,
        ),
        (
            translatable("Invitations to events"),
            translatable("So that we invite nobody who does not want it, and nobody twice"),
            rows.events,
        ),
        (
            translatable("When we asked how you are"),
            translatable("To see if the help made a difference"),
            rows.follow_ups,
        ),
        (
            translatable("Who has seen your record"),
            translatable("So that you can check who looked at it, and why"),
            seen,
        ),
    )
    return tuple(HeldRecords(what=what, why=why, records=records) for what, why, records in kinds)


async def _seen(connection: Connection, by: Acting, referral: ReferralRow) -> Records:
    """All of the trail, the newest first, in the words of its own page."""
    found: list[dict[str, Value]] = []
    wanted = Search(frozenset({referral.area}), person_id=referral.person_id)
    while True:
        page = await search(connection, by.trail, wanted)
        for each in page.records:
            if each.act:
                who, what = words_for_person(each.act)
                found.append({"when": each.happened_at.isoformat(), "who": who, "what they did": what})
        if page.older is None:
            return tuple(found)
        wanted = replace(wanted, before=page.older)


def _in_words(person: PersonDetails) -> dict[str, Value]:
    known = asdict(person)
    safe = known.pop("safe_contact")
    words = {name.replace("_", " "): str(value) for name, value in known.items() if value is not None}
    return words | {
        "not safe to use": ", ".join(safe["not_by"]) or None,
        "how to contact you safely": safe["note"],
    }
