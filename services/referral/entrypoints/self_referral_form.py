"""The form by which people refer themselves: what was typed, what is wrong with it, what it asks for."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData

from services.referral.domain.wants import Sex
from services.referral.entrypoints.http_schemas import (
    Access,
    Area,
    BirthDate,
    ContactNote,
    ContactWay,
    Email,
    Groups,
    HelpToAttend,
    Language,
    Name,
    Needs,
    OrAbsent,
    Phone,
    Travel,
)
from services.referral.storage.people import PersonDetails, SafeContact
from services.referral.use_cases.refer_person import ReferPerson
from shared.web.phrases import translatable

MANY = frozenset({"needs", "groups", "access", "help_to_attend", "not_by"})
IN_WORDS: Mapping[str, str] = {
    "needs": translatable("Choose what you would like help with, up to 8 things"),
    "given_name": translatable("Enter your first name"),
    "family_name": translatable("Enter your last name"),
    "date_of_birth": translatable("Enter your date of birth, such as 27 3 1956"),
    "email": translatable("Enter an email address like name@example.com"),
    "phone": translatable("Enter a phone number like 020 7946 0000"),
    "not_by": translatable("Choose from the list"),
    "safe_note": translatable("Use up to 300 letters, on one line"),
    "contact": translatable("Enter an email address or a phone number, so that we can reach you safely"),
    "area": translatable("Choose the borough where you live"),
    "language": translatable("Choose your language from the list"),
    "travel": translatable("Choose if you can travel"),
    "access": translatable("Choose from the list"),
    "help_to_attend": translatable("Choose from the list"),
    "groups": translatable("Choose from the list"),
    "sex": translatable("Choose from the list"),
    "worker_sex": translatable("Choose from the list"),
    "only_evenings_or_weekends": translatable("Choose from the list"),
    "consent": translatable("Tick the box if we may share what you told us with a group that can help"),
    "may_invite": translatable("Choose from the list"),
}
PLACE_ON_PAGE: Mapping[str, str] = {"contact": "email", "date_of_birth": "date_of_birth-birth_day"}


class SelfReferral(BaseModel):
    """A form that was filled in as it should be."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    given_name: Name
    family_name: Name
    date_of_birth: BirthDate
    email: Annotated[Email | None, OrAbsent] = None
    phone: Annotated[Phone | None, OrAbsent] = None
    not_by: Annotated[tuple[ContactWay, ...], Field(max_length=3)] = ()
    safe_note: Annotated[ContactNote | None, OrAbsent] = None
    area: Area
    language: Language = "en"
    needs: Needs
    groups: Groups = ()
    access: Access = ()
    help_to_attend: HelpToAttend = ()
    travel: Travel
    sex: Annotated[Sex | None, OrAbsent] = None
    worker_sex: Annotated[Sex | None, OrAbsent] = None
    only_evenings_or_weekends: Annotated[Literal["yes"] | None, OrAbsent] = None
    consent: Literal["yes"]
    may_invite: Annotated[Literal["yes"] | None, OrAbsent] = None

    def as_command(self) -> ReferPerson:
        return ReferPerson(
            door="self",
            area=self.area,
            person=PersonDetails(
                self.given_name, self.family_name, self.date_of_birth, self.language,
                email=self.email, phone=self.phone, sex=self.sex,
                safe_contact=SafeContact(self.not_by, self.safe_note),
            ),
            needs=self.needs,
            groups=frozenset(self.groups),
            access=frozenset(self.access),
            can_travel=self.travel == "can-travel",
            worker_sex=self.worker_sex,
            only_evenings_or_weekends=self.only_evenings_or_weekends == "yes",
            may_invite=self.may_invite == "yes",
            help_to_attend=frozenset(self.help_to_attend),
        )  # fmt: skip


class Fault(BaseModel):
    """A field of the page and what to do about it."""

    field: str
    text: str = Field(repr=False)

    @property
    def href(self) -> str:
        return "#" + PLACE_ON_PAGE.get(self.field, self.field)


def typed_answers(form: FormData) -> dict[str, Any]:
    """What was typed, to be shown again: text, and lists where several may be ticked."""
    answers: dict[str, Any] = {name: [] for name in MANY}
    for name, value in form.multi_items():
        if isinstance(value, str):
            if name in MANY:
                answers[name].append(value)
            else:
                answers[name] = value
    return answers


def read_form(answers: Mapping[str, Any]) -> SelfReferral | Sequence[Fault]:
    """The form as it should be, or everything that is wrong with it, in the order of the pages."""
    filled = dict(answers) | {"date_of_birth": date_of_birth(answers)}
    wrong = set() if _reachable(answers) else {"contact"}
    try:
        read = SelfReferral.model_validate(filled)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)
        wrong |= {str(fault["loc"][0]) for fault in faults}
    return [Fault(field=name, text=IN_WORDS[name]) for name in IN_WORDS if name in wrong] if wrong else read


def _reachable(answers: Mapping[str, Any]) -> bool:
    """A way that the person told us not to use is none."""
    unsafe = answers.get("not_by", ())
    return any(str(answers.get(name, "")).strip() for name in ("email", "phone") if name not in unsafe)


def date_of_birth(answers: Mapping[str, Any]) -> date | None:
    parts = [str(answers.get(name, "")).strip() for name in ("birth_year", "birth_month", "birth_day")]
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in parts):
        return None
    try:
        return date(*map(int, parts))
    except ValueError:
        return None
