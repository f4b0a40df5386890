"""Whatever happens, places go in the order of the rule and no one is passed by more than K who came later."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.referral.domain.borough_shares import BoroughShares
from services.referral.domain.borough_turns import BoroughTurns
from services.referral.domain.line_queues import InLine
from services.referral.domain.listed_pool import ListedPool, Signal
from services.referral.domain.waiting_list import give_places
from services.referral.domain.waiting_policy import WaitingPolicy
from tests.support.line_checker import LineChecker
from tests.unit.referral.examples import EALING, NEWHAM, NOON, pool, wants

RICHMOND = "E09000027"
SHARES = BoroughShares({NEWHAM: 3}, of_others=1)
NEEDS, LANGUAGES, AREAS = ("loneliness", "creative"), ("en", "so"), (NEWHAM, EALING, RICHMOND)
POOLS = (
    pool(1, everywhere=False, areas=frozenset({NEWHAM})),
    pool(2, needs=frozenset(NEEDS), languages=frozenset(LANGUAGES)),
    pool(3, needs=frozenset({"creative"}), everywhere=False, areas=frozenset({EALING, RICHMOND})),
    pool(4, everywhere=False, areas=frozenset({NEWHAM}), does_not_suit=frozenset({"carers"})),
)
GROUPS = st.sampled_from([frozenset[str](), frozenset({"homeless-people"}), frozenset({"carers", "men"})])
COMERS = st.lists(
    st.tuples(
        st.sampled_from(NEEDS), st.sampled_from(LANGUAGES), st.sampled_from(AREAS), GROUPS,
        st.sampled_from([0, 1, 200]),
        st.sampled_from([None, None, None, *(each.pool_id for each in POOLS)]),
    ),
    min_size=2, max_size=8,
)  # fmt: skip


def nowhere(_: str) -> None:
    return None


Comer = tuple[str, str, str, frozenset[str], int, UUID | None]


class LineMachine(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = NOON
        self.number = 0
        self.line: dict[UUID, InLine] = {}
        self.turns = BoroughTurns(SHARES)

    @initialize(most=st.integers(0, 2), comers=COMERS)
    def opens(self, most: int, comers: list[Comer]) -> None:
        self.policy = WaitingPolicy(most_overtaken=most)
        self.checker = LineChecker(self.policy, SHARES)
        self.people_join(comers)

    @rule(comers=COMERS)
    def people_join(self, comers: list[Comer]) -> None:
        for need, language, area, groups, hours, tried in comers:
            self.now += timedelta(hours=hours)
            self.number += 1
            asked = wants(need=need, language=language, area=area, groups=groups)
            leg = InLine(UUID(int=self.number), asked, self.now, frozenset({tried} if tried else ()))
            self.line[leg.leg_id] = leg
            self.checker.joins(leg)

    @precondition(lambda self: self.line)
    @rule(data=st.data())
    def somebody_leaves(self, data: st.DataObject) -> None:
        leg_id = data.draw(st.sampled_from(sorted(self.line)))
        del self.line[leg_id]
        self.checker.leaves(leg_id)

    @rule(
        places=st.dictionaries(st.sampled_from([0, 1, 2, 3]), st.sampled_from([1, 2]), min_size=1),
        busy=st.sets(st.integers(0, 5), max_size=2), at_most=st.sampled_from([None, 1]),
    )  # fmt: skip
    def places_come_free(self, places: dict[int, int], busy: set[int], at_most: int | None) -> None:
        in_line = sorted(self.line)
        in_other_hands = {in_line[index] for index in busy if index < len(in_line)}
        free = [POOLS[index].with_signal(Signal("open", count)) for index, count in places.items()]
        given = give_places(
            self.line.values(), free, nowhere, turns=self.turns, policy=self.policy,
            in_other_hands=in_other_hands, at_most=at_most,
        )  # fmt: skip
        left = {POOLS[index].pool_id: count for index, count in places.items()}
        for each in given.places:
            chosen = each.decision.chosen
            assert chosen is not None
            assert each.leg.leg_id not in in_other_hands
            self.checker.check_given(each.leg, chosen, in_other_hands)
            left[chosen.pool_id] -= 1
            del self.line[each.leg.leg_id]
        assert min(left.values()) >= 0
        if at_most is None:
            still_free: list[ListedPool] = [each for each in free if left[each.pool_id] != 0]
            self.checker.check_nobody_was_left(still_free, in_other_hands)
        self.turns = given.turns
        for leg_id, times in given.passed.items():
            self.line[leg_id] = replace(self.line[leg_id], overtaken=self.line[leg_id].overtaken + times)

    @invariant()
    def what_is_counted_is_what_happened(self) -> None:
        for leg_id, leg in self.line.items():
            assert leg.overtaken == len(self.checker.passed_by[leg_id]) <= self.policy.most_overtaken


TestLine = LineMachine.TestCase
TestLine.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)
