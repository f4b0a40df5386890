"""What other services are told of a leg, by name."""

from enum import StrEnum


class FactKind(StrEnum):
    PROPOSED = "proposed"
    WAIT_LISTED = "wait-listed"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    LAPSED = "lapsed"
    STARTED = "started"
    NOT_ATTENDED = "not-attended"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"
    NEED_UNMET = "need-unmet"
    NO_PLACE_AT_EVENT = "no-place-at-event"
    NO_PLACE_MEANWHILE = "no-place-meanwhile"
    PLACE_REQUESTED = "place-requested"
    PLACE_CONFIRMED = "place-confirmed"
    PLACE_GIVEN_UP = "place-given-up"
    PLACE_ENDED = "place-ended"
