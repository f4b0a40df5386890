"""What the JSON API takes and gives. Never shared with events or tables."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from nhs_number.validate import is_valid
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from services.referral.domain.decision_story import PastDecision, told_to_worker
from services.referral.domain.leg import Leg
from services.referral.domain.line_story import points_told_to_worker
from services.referral.domain.london_days import day_in_london
from services.referral.domain.offer_story import PastStep
from services.referral.domain.waiting_policy import starting_points
from services.referral.domain.wants import Sex
from services.referral.entrypoints.where_they_live import deprivation_of
from services.referral.storage.people import PersonDetails, SafeContact
from services.referral.storage.referrals import ReferralRow, ReferrerDetails
from services.referral.use_cases.refer_person import ReferPerson, Referred, Risks, age_on
from shared.service_defaults.clock import utc_now
from shared.vocabulary.vocabulary import access_terms, boroughs, groups, help_to_attend, languages, needs

OLDEST = 130


def _known(vocabulary: Mapping[str, Any]) -> AfterValidator:
    def check(code: str) -> str:
        if code not in vocabulary:
            raise PydanticCustomError("unknown_code", "is not a code that is known")
        return code

    return AfterValidator(check)


def _each_once(codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(codes)) != len(codes):
        raise PydanticCustomError("named_twice", "names something twice")
    return codes


def _real_nhs_number(value: str) -> str:
    if not is_valid(value):
        raise PydanticCustomError("nhs_number", "is not a valid NHS number")
    return "".join(each for each in value if each.isdigit())


def _believable_birth(born: date) -> date:
    if not 0 <= age_on(day_in_london(utc_now()), born) <= OLDEST:
        raise PydanticCustomError("date_of_birth", "is not the date of birth of a living person")
    return born


def _empty_is_absent(value: Any) -> Any:
    return None if isinstance(value, str) and not value.strip() else value


Printable = StringConstraints(
    strip_whitespace=True, min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$"
)
Name = Annotated[str, Printable]
# What notify can write to, and no more: whoever gives another address would never hear from us.
Email = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*\.)+[A-Za-z0-9]+(?:-+[A-Za-z0-9]+)*$",
    ),
]
Phone = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^\+?[0-9][0-9 ()-]{6,19}$")]
NhsNumber = Annotated[
    str, StringConstraints(pattern=r"^[0-9][0-9 -]{8,16}[0-9]$"), AfterValidator(_real_nhs_number)
]
BirthDate = Annotated[date, AfterValidator(_believable_birth)]
ContactWay = Literal["email", "phone", "post"]
ContactNote = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300, pattern=r"^[^\x00-\x1f\x7f]*$")
]
Postcode = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[A-Za-z0-9 ]{5,10}$")]
OrAbsent = BeforeValidator(_empty_is_absent)
Area = Annotated[str, _known(boroughs())]
Language = Annotated[str, _known(languages())]
Needs = Annotated[
    tuple[Annotated[str, _known(needs())], ...], Field(min_length=1, max_length=8), AfterValidator(_each_once)
]
Groups = Annotated[tuple[Annotated[str, _known(groups())], ...], Field(max_length=30)]
Access = Annotated[tuple[Annotated[str, _known(access_terms())], ...], Field(max_length=30)]
HelpToAttend = Annotated[tuple[Annotated[str, _known(help_to_attend())], ...], Field(max_length=30)]
Travel = Literal["can-travel", "cannot-travel"]


class _Body(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class SafeContactBody(_Body):
    """How it is safe to reach the person. A way in `not_by` is never used."""

    not_by: tuple[ContactWay, ...] = ()
    note: ContactNote | None = Field(default=None, repr=False, description="When and how, in their own words")

    def as_safe_contact(self) -> SafeContact:
        return SafeContact(self.not_by, self.note)


class PersonBody(_Body):
    given_name: Name = Field(repr=False)
    family_name: Name = Field(repr=False)
    date_of_birth: BirthDate = Field(repr=False)
    nhs_number: NhsNumber | None = Field(default=None, repr=False)
    email: Email | None = Field(default=None, repr=False)
    phone: Phone | None = Field(default=None, repr=False)
    language: Language = "en"
    sex: Sex | None = None
    safe_contact: SafeContactBody = SafeContactBody()

    def as_details(self) -> PersonDetails:
        plain = self.model_dump(exclude={"safe_contact"})
        return PersonDetails(**plain, safe_contact=self.safe_contact.as_safe_contact())


class ReferrerBody(_Body):
    practice_code: str = Field(pattern=r"^[A-Z][0-9]{5}$", description="ODS code of the practice")
    name: Name
    email: Email = Field(repr=False)


class ReferralBody(_Body):
    """A referral by a GP practice."""

    person: PersonBody
    area: Area
    needs: Needs
    groups: Groups = ()
    access: Access = ()
    travel: Travel = "can-travel"
    worker_sex: Sex | None = None
    only_evenings_or_weekends: bool = False
    postcode: Postcode | None = Field(
        default=None,
        repr=False,
        description="Where they live. Kept of it: how deprived the neighbourhood is, in tenths of England",
    )
    help_to_attend: HelpToAttend = ()
    consent: Literal[True]
    may_invite: bool = Field(default=False, description="They said that they may be invited to events")
    risks: Risks
    referrer: ReferrerBody

    def as_command(self, organisation_id: UUID | None) -> ReferPerson:
        return ReferPerson(
            door="gp",
            area=self.area,
            person=self.person.as_details(),
            needs=self.needs,
            groups=frozenset(self.groups),
            access=frozenset(self.access),
            can_travel=self.travel == "can-travel",
            worker_sex=self.worker_sex,
            only_evenings_or_weekends=self.only_evenings_or_weekends,
            deprivation=deprivation_of(self.postcode),
            help_to_attend=frozenset(self.help_to_attend),
            risks=self.risks,
            referrer=ReferrerDetails(**self.referrer.model_dump()),
            referring_organisation_id=organisation_id,
            may_invite=self.may_invite,
        )


class LegAnswer(BaseModel):
    leg_id: UUID
    need: str
    state: str


class ReferralCreated(BaseModel):
    referral_id: UUID
    reference: str
    legs: list[LegAnswer]


class StepAnswer(BaseModel):
    at: datetime
    from_state: str | None
    to_state: str
    reason: str | None


class DecisionAnswer(BaseModel):
    """What the router decided, by which policy, and why in words."""

    at: datetime
    outcome: str
    policy: str
    why: str


class LegWithHistory(LegAnswer):
    request_id: UUID | None
    service_id: UUID | None
    answer_by: datetime | None
    waiting_since: datetime | None
    points_in_line: str | None
    """Of who waits, in words, part by part. None for an organisation, like the decisions."""
    history: list[StepAnswer]
    decisions: list[DecisionAnswer]
    """None for an organisation: where else people were asked for is no part of theirs."""


class ReferralAnswer(BaseModel):
    """A referral in ids and codes; who the person is stays out of it."""

    referral_id: UUID
    reference: str
    area: str
    door: str
    received_at: datetime
    legs: list[LegWithHistory]


def created_body(referred: Referred) -> dict[str, Any]:
    legs = [LegAnswer(leg_id=leg.leg_id, need=leg.wants.need, state=leg.state) for leg in referred.legs]
    created = ReferralCreated(referral_id=referred.referral_id, reference=referred.reference, legs=legs)
    return created.model_dump(mode="json")


def referral_answer(
    referral: ReferralRow,
    legs: list[Leg],
    steps: list[PastStep],
    decisions: Sequence[PastDecision],
    names: Mapping[UUID, str],
) -> ReferralAnswer:
    return ReferralAnswer(
        referral_id=referral.referral_id,
        reference=referral.reference,
        area=referral.area,
        door=referral.door,
        received_at=referral.received_at,
        legs=[_leg_with_history(leg, steps, decisions, names) for leg in legs],
    )


def language_label(code: str) -> str:
    return languages()[code].label if code in languages() else code


def _leg_with_history(
    leg: Leg, steps: list[PastStep], decisions: Sequence[PastDecision], names: Mapping[UUID, str]
) -> LegWithHistory:
    return LegWithHistory(
        leg_id=leg.leg_id,
        need=leg.wants.need,
        state=leg.state,
        request_id=leg.placement.request_id if leg.placement else None,
        service_id=leg.placement.service_id if leg.placement else None,
        answer_by=leg.answer_by if leg.state == "offered" else None,
        waiting_since=leg.waiting_since if leg.state == "waiting" else None,
        points_in_line=points_told_to_worker(starting_points(leg.wants))
        if leg.state == "waiting" and any(each.leg_id == leg.leg_id for each in decisions)
        else None,
        history=[
            StepAnswer(
                at=step.happened_at, from_state=step.from_state, to_state=step.to_state, reason=step.reason
            )
            for step in steps
            if step.leg_id == leg.leg_id
        ],
        decisions=[
            DecisionAnswer(
                at=each.decided_at,
                outcome=each.outcome,
                policy=each.policy,
                why=told_to_worker(each, lambda pool_id: names.get(pool_id, "a service"), language_label),
            )
            for each in decisions
            if each.leg_id == leg.leg_id
        ],
    )
