"""The pages of the self-referral, in their order, and which answers belong to which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.referral.entrypoints.self_referral_form import MANY, Fault, date_of_birth
from shared.vocabulary.vocabulary import access_terms, boroughs, groups, help_to_attend, languages, needs
from shared.web.phrases import translatable


@dataclass(frozen=True, slots=True)
class Step:
    """`asks` names what may be wrong on this page; `fields` are its fields."""

    name: str
    title: str
    fields: tuple[str, ...]
    asks: tuple[str, ...]


def _step(name: str, title: str, *fields: str, also: tuple[str, ...] = ()) -> Step:
    return Step(name, title, fields, (*fields, *also))


BIRTH = ("birth_day", "birth_month", "birth_year")
STEPS: Sequence[Step] = (
    _step("needs", translatable("What would you like help with?"), "needs"),
    _step("you", translatable("Who are you?"), "given_name", "family_name", *BIRTH, also=("date_of_birth",)),
    _step(
        "contact", translatable("How can we reach you?"),
        "email", "phone", "not_by", "safe_note", also=("contact",),
    ),
    _step("where", translatable("Where can we help you?"), "area", "travel"),
    _step(
        "talk", translatable("How would you like to talk and meet?"),
        "language", "access", "help_to_attend", "only_evenings_or_weekends",
    ),
    _step("about", translatable("Tell us more, if you like"), "groups", "sex", "worker_sex"),
    _step("check", translatable("Check your answers"), "consent", "may_invite"),
)  # fmt: skip
CHECK = STEPS[-1]
BY_NAME: Mapping[str, Step] = {step.name: step for step in STEPS}
ANSWERS = frozenset(name for step in STEPS for name in step.fields)

SEXES = {
    "female": translatable("Female"),
    "male": translatable("Male"),
    "": translatable("I would rather not say"),
}
WORKERS = {
    "female": translatable("A woman"),
    "male": translatable("A man"),
    "": translatable("I do not mind"),
}
UNSAFE_WAYS = {
    "email": translatable("Do not send me emails"),
    "phone": translatable("Do not call or text me"),
    "post": translatable("Do not send me letters"),
}
TRAVELS = {
    "can-travel": translatable("Yes"),
    "cannot-travel": translatable("No, help has to come to me, or by phone or online"),
}


def step_before(step: Step) -> Step | None:
    place = STEPS.index(step)
    return STEPS[place - 1] if place else None


def step_after(step: Step, *, returning: bool) -> Step:
    """Whoever came from the last page to change something goes back there."""
    return CHECK if returning else STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def faults_on(step: Step, faults: Sequence[Fault]) -> list[Fault]:
    return [fault for fault in faults if fault.field in step.asks]


def first_step_with(faults: Sequence[Fault]) -> Step:
    wrong = {fault.field for fault in faults}
    return next((step for step in STEPS if wrong & set(step.asks)), CHECK)


def only_answers(sent: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in sent.items() if name in ANSWERS}


def carried(answers: Mapping[str, Any], step: Step) -> list[tuple[str, str]]:
    """What was answered on the other pages, for hidden fields."""
    pairs: list[tuple[str, str]] = []
    for name in sorted(ANSWERS - set(step.fields)):
        values = answers.get(name, []) if name in MANY else [str(answers.get(name, ""))]
        pairs += [(name, each) for each in values if each]
    return pairs


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the last page. `ours` are words of our own, to be translated; `typed` are the person's."""

    key: str
    change: str
    typed: tuple[str, ...] = ()
    ours: tuple[str, ...] = ()
    day: Any = None


def rows_to_check(answers: Mapping[str, Any]) -> list[Row]:
    def typed(*names: str) -> tuple[str, ...]:
        said = " ".join(str(answers.get(name, "")).strip() for name in names).strip()
        return (said,) if said else ()

    def ours(name: str, words: Mapping[str, Any]) -> tuple[str, ...]:
        codes = answers.get(name, []) if name in MANY else [answers.get(name, "")]
        found = [words[code] for code in codes if code in words]
        return tuple(each if isinstance(each, str) else each.label for each in found)

    area, language = boroughs().get(answers.get("area", "")), languages().get(answers.get("language", ""))
    only_late = (
        (translatable("Evenings or weekends only"),) if answers.get("only_evenings_or_weekends") else ()
    )
    return [
        Row(translatable("What would you like help with?"), "needs", ours=ours("needs", needs())),
        Row(translatable("Name"), "you", typed("given_name", "family_name")),
        Row(translatable("Date of birth"), "you", day=date_of_birth(answers)),
        Row(translatable("Email address"), "contact", typed("email")),
        Row(translatable("Phone number"), "contact", typed("phone")),
        Row(translatable("Not safe to reach you"), "contact", ours=ours("not_by", UNSAFE_WAYS)),
        Row(translatable("When and how is it safe?"), "contact", typed("safe_note")),
        Row(translatable("Where do you live?"), "where", (area.name,) if area else ()),
        Row(translatable("Can you travel to a place near you?"), "where", ours=ours("travel", TRAVELS)),
        Row(translatable("Which language would you like to speak?"), "talk", (language.own_name,) if language else ()),
        Row(translatable("Is there anything you need there?"), "talk", ours=(*ours("access", access_terms()), *only_late)),
        Row(translatable("Would any of this help you to go there?"), "talk", ours=ours("help_to_attend", help_to_attend())),
        Row(translatable("Do any of these describe you?"), "about", ours=ours("groups", groups())),
        Row(translatable("What is your sex?"), "about", ours=ours("sex", SEXES)),
        Row(translatable("Who would you like to work with?"), "about", ours=ours("worker_sex", WORKERS)),
    ]  # fmt: skip
