"""A decision of the router as a link worker reads it: whom we asked and why, and why not the others. From what was kept."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.referral.domain.suitability import Barrier


@dataclass(frozen=True, slots=True)
class SuitedThen:
    """A pool that suited, as it was known then."""

    pool_id: UUID
    status: str
    free: int | None
    kept_for_earlier: bool = False
    kilometres: int = 0
    speaks_own_language: bool = False
    fits_a_group: bool = False
    is_specialist: bool = False
    asked_before: bool = False
    """It had no space for them, or did not answer, and had said nothing of its space since."""

    @property
    def could_be_asked(self) -> bool:
        has_space = self.status in {"open", "limited"} and self.free != 0
        return has_space and not self.kept_for_earlier and not self.asked_before


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A decision as it was kept. The pools that suited come best first."""

    leg_id: UUID
    decided_at: datetime
    outcome: str
    policy: str
    language: str
    chosen: UUID | None = None
    unmet_reason: str | None = None
    suited: Sequence[SuitedThen] = ()
    barriers: Mapping[str, int] = field(default_factory=dict)
    """How many pools each barrier shut; one pool can stand behind several."""
    excluded: int = 0
    asked_first: Sequence[UUID] = ()
    """Whose space nobody knew: they were to be asked about it, and for no place."""

    @property
    def asked(self) -> SuitedThen | None:
        return next((each for each in self.suited if each.pool_id == self.chosen), None)

    @property
    def others(self) -> Sequence[SuitedThen]:
        return [each for each in self.suited if each.pool_id != self.chosen]

    @property
    def looked_at(self) -> int:
        return len(self.suited) + self.excluded


FOR_BARRIER: Mapping[str, str] = {
    Barrier.NEED: "other needs",
    Barrier.CATCHMENT: "where they take people from",
    Barrier.AGE: "age",
    Barrier.LANGUAGE: "language",
    Barrier.WORKER_SEX: "a worker of the sex asked for",
    Barrier.ACCESS: "access",
    Barrier.TRAVEL: "travel",
    Barrier.HOURS: "hours",
    Barrier.BORDER: "a border that is not crossed",
    Barrier.DOES_NOT_SUIT: "whom they are not right for",
    Barrier.NOT_WANTED: "not being wanted",
    Barrier.ALREADY_TRIED: "having been asked before",
}
SMALL = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

NameOf = Callable[[UUID], str]


def told_to_worker(decision: PastDecision, name_of: NameOf, language_of: Callable[[str], str]) -> str:
    """The whole decision in a few sentences."""
    parts = (_first(decision, name_of, language_of), _others(decision), _excluded(decision))
    return " ".join(part for part in parts if part)


def _first(decision: PastDecision, name_of: NameOf, language_of: Callable[[str], str]) -> str:
    asked = decision.asked
    if asked:
        why = ["open" if asked.status == "open" else "a few places"]
        if asked.is_specialist:
            why.append("a specialist for them")
        elif asked.fits_a_group:
            why.append("there for people like them")
        if asked.kilometres:
            why.append(f"{asked.kilometres} km")
        if asked.speaks_own_language:
            why.append(f"speaks {language_of(decision.language)}")
        return f"Asked {name_of(asked.pool_id)} first: {', '.join(why)}."
    if decision.suited:
        return " ".join(
            ["Waits: no service that suits has a place to give.", *_first_asked(decision, name_of)]
        )
    if decision.excluded:
        return "No service suits."
    return "There is no service for this need in this area."


def _first_asked(decision: PastDecision, name_of: NameOf) -> Iterator[str]:
    names = [name_of(each) for each in decision.asked_first]
    if names:
        yield f"To be asked whether they have space, before anybody is sent there: {_listed(names)}."


def _others(decision: PastDecision) -> str:
    others = decision.others
    if not others:
        return ""
    one, number = len(others) == 1, _number(len(others)).capitalize()
    if decision.asked:
        number += " other" if one else " others"
    return f"{number} {'suits' if one else 'suit'}: {_counts(Counter(map(_why_not_first, others)))}."


def _why_not_first(each: SuitedThen) -> str:
    if each.asked_before:
        return "asked before and not heard from since"
    if each.kept_for_earlier and each.status in {"open", "limited"}:
        return "kept for people who came first"
    if each.could_be_asked:
        return "after it in order"
    return {"paused": "paused", "unknown": "not heard from lately"}.get(each.status, "full")


def _excluded(decision: PastDecision) -> str:
    if not decision.excluded:
        return ""
    reasons = {FOR_BARRIER.get(code, code): times for code, times in decision.barriers.items()}
    verb = "does not" if decision.excluded == 1 else "do not"
    return f"{_number(decision.excluded).capitalize()} {verb}: {_counts(reasons, 'for ')}."


def _counts(counted: Mapping[str, int], before: str = "") -> str:
    """The most common first; of equals in the order of the alphabet."""
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{_number(times)} {before}{name}" for name, times in ordered)


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}" if names[1:] else names[0]


def _number(count: int) -> str:
    return SMALL[count] if count < len(SMALL) else str(count)
