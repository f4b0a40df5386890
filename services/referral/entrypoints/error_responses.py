"""What callers of referral are told when something cannot be done."""

from shared.service_defaults.http_errors import KithError
from shared.web.phrases import translatable


class ReferralNotFound(KithError):
    status = 404
    slug = "referral-not-found"
    title = translatable("There is no such referral")
    what_to_do = translatable("Check the id, or the link that you followed.")


class OfferNotOpen(KithError):
    status = 409
    slug = "offer-not-open"
    title = "This offer is not open"
    what_to_do = "Look at the referral to see what became of it."


class NothingToChoose(KithError):
    status = 409
    slug = "nothing-to-choose"
    title = "Nobody is asked to choose for this need now"
    what_to_do = "Look at the referral to see what became of it."


class NoSpaceAnyMore(KithError):
    status = 409
    slug = "no-space-any-more"
    title = "That service has no space any more, or does not suit"
    what_to_do = "Read the choice again: it has what there is now."


class ContactNotShown(KithError):
    status = 409
    slug = "contact-not-shown"
    title = translatable("We cannot tell you who this person is")
    what_to_do = translatable(
        "We only do so while they have a place with you: from when it is booked until they have finished or stopped."
    )


class PlaceNotWithYou(KithError):
    status = 410
    slug = "place-not-with-you"
    title = translatable("This person does not have a place with your group now")
    what_to_do = translatable(
        "The place that this link was for has ended, so the link does not work any more. You do not need to do anything. "
        "If they still come to your group, tell whoever looks after referrals in your borough."
    )


class ContactAskedTooOften(KithError):
    status = 429
    slug = "contact-asked-too-often"
    title = translatable("You have asked 5 times in a day")
    what_to_do = translatable(
        "Look for our newest message to your group: its link works for 30 minutes. You can ask again tomorrow."
    )
