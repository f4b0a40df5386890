"""What can be full, in the little in which its kinds differ: how long a word counts, and who comes along."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from services.capacity.domain.kinds import PoolKind
from services.capacity.domain.lasting import counts_until, over_at
from services.capacity.domain.ledger import PoolLedger, apply_signal
from services.capacity.domain.places import PlaceHeld, PlaceRefused, Refusal, Word
from services.capacity.domain.safeguards import Safeguards
from services.capacity.domain.status import Status
from services.capacity.entrypoints.event_subscribers import heard_word
from services.capacity.use_cases.answer_place_words import Answers, Companions, HeardWord, decide
from shared.events.envelope import new_event
from shared.events.referral import PlaceGivenUpV1, PlaceRequestedV1
from tests.unit.capacity.ledgers import AREA, NOW, a_request

WEEK = timedelta(days=7)
MONDAY = date(2026, 11, 30)


@pytest.mark.parametrize(
    ("kind", "until"),
    [
        (PoolKind.COHORT, datetime(2026, 11, 30, tzinfo=UTC)),
        (PoolKind.EVENT, datetime(2026, 12, 1, tzinfo=UTC)),
        (PoolKind.SESSION, None),
        (PoolKind.CASELOAD, None),
    ],
)
def test_what_was_said_of_a_course_counts_until_it_begins(kind: PoolKind, until: datetime | None) -> None:
    assert over_at(kind, MONDAY) == until
    assert over_at(kind, None) is None


def test_days_begin_at_midnight_in_london() -> None:
    assert over_at(PoolKind.COHORT, date(2026, 7, 1)) == datetime(2026, 6, 30, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("begins_in", "counts_for"),
    [(timedelta(days=3), timedelta(days=3)), (timedelta(days=30), WEEK), (timedelta(days=-1), WEEK)],
)
def test_a_word_never_outlasts_the_beginning_and_counts_as_ever_after_it(
    begins_in: timedelta, counts_for: timedelta
) -> None:
    until = counts_until(NOW, None, now=NOW, signal_life=WEEK, over_at=NOW + begins_in)

    assert until == NOW + counts_for


def test_a_worker_has_about_sixty_people_and_of_other_kinds_nothing_is_usual() -> None:
    assert {kind: kind.usual_places for kind in PoolKind if kind.usual_places} == {PoolKind.CASELOAD: 60}


class TestCompanions:
    """An interpreter's place is given to a leg that has its own place, whatever is asked for first."""

    main, interpreter = a_request(), a_request()

    def asked(self, *words: HeardWord) -> Answers:
        places = {self.main.pool_id: PoolKind.SESSION, self.companion.pool_id: PoolKind.INTERPRETER}
        return self.decided(words, Companions(places))

    @property
    def companion(self) -> PlaceRequestedV1:
        return PlaceRequestedV1(
            pool_id=self.interpreter.request_id,
            request_id=self.interpreter.request_id,
            referral_id=self.main.referral_id,
            leg_id=self.main.leg_id,
        )

    @property
    def place(self) -> PlaceRequestedV1:
        return PlaceRequestedV1(
            pool_id=self.main.pool_id,
            request_id=self.main.request_id,
            referral_id=self.main.referral_id,
            leg_id=self.main.leg_id,
        )

    def word(self, data: PlaceRequestedV1) -> HeardWord:
        return heard_word(new_event(data, area=AREA))

    def decided(self, words: tuple[HeardWord, ...], companions: Companions) -> Answers:
        ids = (self.main.pool_id, self.companion.pool_id)
        ledgers = {each: apply_signal(PoolLedger(each), Status.OPEN, 3) for each in ids}
        return decide(words, ledgers, {}, NOW, Safeguards(), companions)

    def test_after_the_place_in_the_same_batch(self) -> None:
        answers = self.asked(self.word(self.place), self.word(self.companion))
        assert [type(each.fact) for each in answers.told] == [PlaceHeld, PlaceHeld]

    def test_before_the_place_it_is_refused_and_takes_no_place(self) -> None:
        answers = self.asked(self.word(self.companion), self.word(self.place))

        first, second = (each.fact for each in answers.told)
        assert isinstance(first, PlaceRefused)
        assert first.reason is Refusal.HOLD_GONE
        assert isinstance(second, PlaceHeld)
        assert [each.pool_id for each in answers.ledgers] == [self.main.pool_id]

    def test_in_a_leg_of_its_own_it_is_the_other_leg_that_must_have_a_place(self) -> None:
        own = self.companion.model_copy(update={"leg_id": uuid4(), "beside_leg_id": self.main.leg_id})

        after = self.asked(self.word(self.place), self.word(own))
        before = self.asked(self.word(own), self.word(self.place))

        assert [type(each.fact) for each in after.told] == [PlaceHeld, PlaceHeld]
        assert [type(each.fact) for each in before.told] == [PlaceRefused, PlaceHeld]

    def test_after_the_place_was_given_back_it_is_refused(self) -> None:
        given_up = PlaceGivenUpV1.model_validate(self.place.model_dump() | {"reason": "declined"})
        back = HeardWord(Word.GIVEN_UP, self.word(self.place).request, new_event(given_up, area=AREA))

        answers = self.asked(self.word(self.place), back, self.word(self.companion))

        assert isinstance(answers.told[-1].fact, PlaceRefused)

    def test_for_a_leg_that_has_had_its_place_from_before(self) -> None:
        kinds = {self.companion.pool_id: PoolKind.VOLUNTEER}
        answers = self.decided((self.word(self.companion),), Companions(kinds, frozenset({self.main.leg_id})))
        assert isinstance(answers.told[0].fact, PlaceHeld)
