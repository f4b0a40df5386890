"""What callers of referral are told when something cannot be done."""

from shared.service_defaults.http_errors import KithError


class ReferralNotFound(KithError):
    status = 404
    slug = "referral-not-found"
    title = "There is no such referral"
    what_to_do = "Check the id."


class OfferNotOpen(KithError):
    status = 409
    slug = "offer-not-open"
    title = "This offer is not open"
    what_to_do = "Look at the referral to see what became of it."
