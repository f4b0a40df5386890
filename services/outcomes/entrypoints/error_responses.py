"""How this service's errors are told over HTTP."""

from shared.service_defaults.http_errors import KithError


class SupportHasNotStarted(KithError):
    status = 409
    slug = "support-not-started"
    title = "The support has not started"
    what_to_do = "Record that the person has started. The follow-up is planned then."


class AreaNotKnown(KithError):
    status = 422
    slug = "area-not-known"
    title = "This is not a London borough"
    what_to_do = "Give a borough's code from E09000001 to E09000033, or leave it out for all boroughs."


class DaysOutOfOrder(KithError):
    status = 422
    slug = "days-out-of-order"
    title = "The first day is after the last"
    what_to_do = "Give a first day that is not after the last day."
