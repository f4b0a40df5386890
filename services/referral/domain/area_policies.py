"""Which policy routes the people of an area: a file each in `policies`, strict, and the nearest area above decides."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from services.referral.domain.borough_shares import BoroughShares
from services.referral.domain.policy import RoutingPolicy
from shared.vocabulary.areas import areas
from shared.vocabulary.vocabulary import groups

FILES = Path(__file__).parent.parent / "policies"


def _area(code: str) -> str:
    if code not in areas():
        raise ValueError("is not an area that is known")
    return code


def _group(code: str) -> str:
    if code not in groups():
        raise ValueError("is not a group that is known")
    return code


Area = Annotated[str, AfterValidator(_area)]
Group = Annotated[str, AfterValidator(_group)]
Gain = Annotated[int, Field(ge=0, le=1000)]
Loss = Annotated[int, Field(ge=-1000, le=0)]


class PolicyFile(BaseModel):
    """One policy as it is written. Every field is said, so that nobody has to know what holds where nothing is."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    name: Annotated[str, Field(pattern=r"^[a-z][a-z-]{2,60}$")]
    version: Annotated[int, Field(ge=1)]
    areas: tuple[Area, ...]
    """Where it holds, with all that is in them; the one without areas holds wherever no other does."""
    mode: Literal["at-once", "propose-three"]
    hours_to_choose: Annotated[int, Field(ge=1, le=336)]
    for_each_group_that_fits: Gain
    for_own_language: Gain
    for_each_kilometre: Loss
    farthest_counted_kilometres: Annotated[int, Field(ge=0, le=1000)]
    for_each_week_of_wait: Loss
    longest_counted_weeks: Annotated[int, Field(ge=0, le=520)]
    for_each_given_today: Loss
    specialist_cohorts: tuple[Group, ...]
    crosses_into: tuple[Area, ...]
    for_most_deprived: Gain
    ask_unknown_at_once: Annotated[int, Field(ge=0, le=10)]
    ask_unknown_again_after_days: Annotated[int, Field(ge=1, le=90)]
    borough_shares: dict[Area, Annotated[int, Field(ge=1, le=1000)]]

    @model_validator(mode="after")
    def _shares_are_said_once(self) -> Self:
        if self.areas and self.borough_shares:
            raise ValueError("shares between boroughs are said by the policy without areas alone")
        return self

    def as_policy(self) -> RoutingPolicy:
        said = self.model_dump(exclude={"areas", "borough_shares"})
        sets = {name: frozenset(said[name]) for name in ("specialist_cohorts", "crosses_into")}
        return RoutingPolicy(**said | sets)


class PoliciesDisagree(ValueError):
    """The files together leave it open which policy holds somewhere."""


def read_policies(written: Iterable[str]) -> Mapping[str | None, PolicyFile]:
    """The policies by the areas that they name; None for the one that holds wherever no other does."""
    found: dict[str | None, PolicyFile] = {}
    for text in written:
        policy = PolicyFile.model_validate_json(text)
        for area in policy.areas or (None,):
            if area in found:
                raise PoliciesDisagree(f"{policy.name} and {found[area].name} hold for the same area")
            found[area] = policy
    if None not in found:
        raise PoliciesDisagree("no policy holds wherever no other does")
    names = [policy.name for policy in {id(each): each for each in found.values()}.values()]
    if len(set(names)) != len(names):
        raise PoliciesDisagree("two policies have the same name")
    return found


@cache
def _files() -> Mapping[str | None, PolicyFile]:
    return read_policies(path.read_text(encoding="utf-8") for path in sorted(FILES.glob("*.json")))


@cache
def _policies() -> Mapping[str | None, RoutingPolicy]:
    made = {policy.name: policy.as_policy() for policy in _files().values()}
    return {area: made[policy.name] for area, policy in _files().items()}


@cache
def policy_of(area: str) -> RoutingPolicy:
    """The policy of the nearest of the area and those above it."""
    found = _policies()
    return found[next((each for each in areas().above(area) if each in found), None)]


@cache
def may_cross(area: str, into: str) -> bool:
    """Whether people of an area may be sent to services of another: their own side's word; catchments have the other."""
    agreed = policy_of(area).crosses_into
    return any(each in agreed for each in areas().above(into))


@cache
def shares_between_boroughs() -> BoroughShares:
    """How boroughs share the places of services for all of them."""
    return BoroughShares(_files()[None].borough_shares)
