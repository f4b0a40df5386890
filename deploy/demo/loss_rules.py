"""Did anyone fall out? Every referral, request, place, answer and message has to lead to its next step.

To be asked when the system has come to rest: what is under way counts as lost.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from functools import cached_property

from deploy.demo.log_records import Fault, LogRecord, of_type

HELP_TO_ATTEND = frozenset({"company", "interpreter", "transport"})
REQUESTED = "referral.place-requested.v1"
NEXT_STEPS = (
    REQUESTED,
    "referral.proposed.v1",
    "referral.wait-listed.v1",
    "referral.need-unmet.v1",
    "referral.withdrawn.v1",
    "referral.no-place-at-event.v1",
    "referral.no-place-meanwhile.v1",
)
HELD, REFUSED = "capacity.place-held.v1", "capacity.place-refused.v1"
TAKEN, FREED = "capacity.place-taken.v1", "capacity.place-freed.v1"
CONFIRMED, GIVEN_UP, ENDED = (f"referral.place-{word}.v1" for word in ("confirmed", "given-up", "ended"))
SAID_TOGETHER = timedelta(seconds=1)  # events of one transaction may be said in any order


class Ledger:
    """The log by type, with the requests, legs and follow-ups that each type names."""

    def __init__(self, records: Sequence[LogRecord]) -> None:
        self.records = records
        self._by_type: dict[str, list[LogRecord]] = defaultdict(list)
        for record in records:
            self._by_type[record.type].append(record)

    def all(self, *types: str) -> list[LogRecord]:
        return [record for kind in types for record in self._by_type[kind]]

    def named(self, name: str, *types: str) -> set[str]:
        return {record[name] for record in self.all(*types)}

    @cached_property
    def refused_requests(self) -> set[str]:
        """Those that never got a place; a hold that was gone is another matter."""
        return {each["request_id"] for each in self.all(REFUSED) if each["reason"] != "hold-gone"}

    @cached_property
    def next_steps_of_leg(self) -> dict[str, list[LogRecord]]:
        found: dict[str, list[LogRecord]] = defaultdict(list)
        for record in self.all(*NEXT_STEPS):
            found[record["leg_id"]].append(record)
        return found


def lost(records: Sequence[LogRecord]) -> list[Fault]:
    """Everything that was begun and leads nowhere."""
    ledger = Ledger(records)
    return [fault for rule in RULES for fault in rule(ledger)]


def legs_without_a_state(ledger: Ledger) -> Iterable[Fault]:
    legs: dict[str, set[str]] = defaultdict(set)
    for record in ledger.records:
        if record["leg_id"] and record["referral_id"] and record.type.startswith("referral."):
            legs[record["referral_id"]].add(record["leg_id"])
    for received in ledger.all("referral.received.v1"):
        missing = len(set(received["needs"])) - len(legs[received["referral_id"]])
        yield from (Fault("need-without-a-state", received["referral_id"]) for _ in range(missing))


def requests_without_an_answer(ledger: Ledger) -> Iterable[Fault]:
    answered = ledger.named("request_id", HELD) | ledger.refused_requests
    return _missing("request-unanswered", ledger.all(REQUESTED), answered)


def holds_without_an_offer(ledger: Ledger) -> Iterable[Fault]:
    went_on = ledger.named("request_id", "referral.offered.v1", GIVEN_UP)
    return _missing("hold-neither-offered-nor-given-up", ledger.all(HELD), went_on)


def acceptances_without_a_place(ledger: Ledger) -> Iterable[Fault]:
    settled = ledger.named("request_id", TAKEN) | {
        each["request_id"] for each in ledger.all(REFUSED) if each["reason"] == "hold-gone"
    }
    yield from _missing("confirmed-but-not-taken", ledger.all(CONFIRMED), settled)
    yield from _missing(
        "accepted-without-a-place", ledger.all("referral.accepted.v1"), ledger.named("request_id", TAKEN)
    )


def places_taken_by_nobody(ledger: Ledger) -> Iterable[Fault]:
    known = ledger.named("request_id", "referral.accepted.v1", ENDED, GIVEN_UP)
    return _missing("taken-but-not-accepted", ledger.all(TAKEN), known)


def places_not_given_back(ledger: Ledger) -> Iterable[Fault]:
    had_a_place = ledger.named("request_id", HELD)
    over = [each for each in ledger.all(GIVEN_UP, ENDED) if each["request_id"] in had_a_place]
    return _missing("place-not-freed", over, ledger.named("request_id", FREED))


def holds_forgotten(ledger: Ledger) -> Iterable[Fault]:
    return (
        Fault("hold-forgotten", each["request_id"])
        for each in ledger.all(FREED)
        if each["reason"] == "expired"
    )


def answers_that_lead_nowhere(ledger: Ledger) -> Iterable[Fault]:
    """A no, a lapse or a refusal: the person has to be sent on, wait, or be told that nothing suits."""
    for ending in ledger.all("referral.declined.v1", "referral.lapsed.v1"):
        if not _goes_on(ledger, ending, waiting_counts_since_ever=False):
            yield Fault(f"nothing-after-{ending.type.split('.')[1]}", ending["request_id"])
    # Of a refusal that was said again, the first leads on.
    refusals = {each["request_id"]: each for each in reversed(ledger.all(REFUSED))}
    for refusal in refusals.values():
        # A leg that waited keeps its place in line without saying so again.
        if not _goes_on(ledger, refusal, waiting_counts_since_ever=True):
            yield Fault("nothing-after-refused", refusal["request_id"])


def _goes_on(ledger: Ledger, ending: LogRecord, *, waiting_counts_since_ever: bool) -> bool:
    for step in ledger.next_steps_of_leg[ending["leg_id"]]:
        if step.type == REQUESTED and step["request_id"] == ending["request_id"]:
            continue
        waits = waiting_counts_since_ever and step.type == "referral.wait-listed.v1"
        if waits or step.time >= ending.time - SAID_TOGETHER:
            return True
    return False


def follow_ups_that_never_came(ledger: Ledger) -> Iterable[Fault]:
    asked = {
        each["leg_id"] for each in ledger.all("outcomes.follow-up-due.v1") if each["occasion"] == "before"
    }
    accepted = [each for each in ledger.all("referral.accepted.v1") if not _is_of_help(each)]
    yield from _missing("accepted-but-not-asked", accepted, asked, by="leg_id")
    settled = ledger.named("follow_up_id", "outcomes.follow-up-settled.v1")
    measured = ledger.all("outcomes.measure-recorded.v1")
    yield from _missing("measured-but-not-settled", measured, settled, by="follow_up_id")


MESSAGES = {
    "referral.received.v1": (("person_id", "we-have-your-referral"),),
    "referral.offered.v1": (("organisation_id", "new-offer"),),
    "referral.accepted.v1": (
        ("person_id", "you-have-a-place"),
        ("organisation_id", "place-taken"),
        ("referrer_id", "they-have-a-place"),
    ),
    "referral.contact-asked.v1": (("organisation_id", "how-to-reach-them"),),
    "referral.offer-link-asked.v1": (("organisation_id", "new-link-to-offer"),),
    "referral.progress-link-asked.v1": (("organisation_id", "new-link-to-place"),),
    "referral.link-asked.v1": (("person_id", "your-new-link"),),
    "referral.still-wanted-asked.v1": (("person_id", "do-you-still-want-this"),),
    "referral.withdrawn.v1": (("organisation_id", "no-longer-wanted"), ("referrer_id", "they-have-stopped")),
    "referral.proposed.v1": (("person_id", "choose-a-group"),),
    "referral.invited.v1": (("person_id", "you-are-invited"),),
    "referral.no-place-at-event.v1": (("person_id", "no-place-at-the-event"),),
    "referral.no-place-meanwhile.v1": (("person_id", "no-place-meanwhile"),),
    "referral.wait-listed.v1": (("person_id", "you-are-waiting"),),
    "referral.need-unmet.v1": (
        ("person_id", "we-found-nothing-yet"),
        ("referrer_id", "we-found-nothing-for-them"),
    ),
    "referral.completed.v1": (("referrer_id", "they-have-finished"),),
    "referral.space-asked.v1": (("organisation_id", "do-you-have-space"),),
    "outcomes.follow-up-due.v1": (("person_id", "how-are-you"),),
}


# Of who goes along somebody who referred a person does not hear.
OF_THE_PLACE_ALONE = frozenset({"they-have-a-place", "they-have-stopped", "they-have-finished"})


def messages_that_never_went(ledger: Ledger) -> Iterable[Fault]:
    """Each fact that concerns someone is one message: delivered, or known to have failed."""
    went: Counter[tuple[str, str]] = Counter()
    seen = set()
    for message in ledger.all("notify.message-delivered.v1", "notify.message-failed.v1"):
        if message["message_id"] not in seen:
            seen.add(message["message_id"])
            went[message["recipient_id"], message["template"]] += 1
    wanted: Counter[tuple[str, str]] = Counter()
    for kind, messages in MESSAGES.items():
        for record in ledger.all(kind):
            wanted.update(
                (record[recipient], template)
                for recipient, template in messages
                if record[recipient] and not (template in OF_THE_PLACE_ALONE and _is_of_help(record))
            )
    for (recipient, template), number in (wanted - went).items():
        yield from (Fault(f"no-message-{template}", recipient) for _ in range(number))


def repeated_messages(records: Sequence[LogRecord]) -> list[Fault]:
    """Messages that were said to be delivered more than once, or of which more went than facts called for."""
    delivered = Counter(each["message_id"] for each in of_type(records, "notify.message-delivered.v1"))
    return [Fault("delivered-again", each) for each, number in delivered.items() if number > 1]


def _is_of_help(record: LogRecord) -> bool:
    """Help to go somewhere goes with a place: it has no follow-up of its own."""
    return record["need"] in HELP_TO_ATTEND


def _missing(
    kind: str, begun: Iterable[LogRecord], ended: set[str], by: str = "request_id"
) -> Iterable[Fault]:
    return (Fault(kind, each) for each in sorted({record[by] for record in begun} - ended))


RULES: tuple[Callable[[Ledger], Iterable[Fault]], ...] = (
    legs_without_a_state,
    requests_without_an_answer,
    holds_without_an_offer,
    acceptances_without_a_place,
    places_taken_by_nobody,
    places_not_given_back,
    holds_forgotten,
    answers_that_lead_nowhere,
    follow_ups_that_never_came,
    messages_that_never_went,
)
