"""Errors of the domain → what the caller is told: one table."""

from collections.abc import Iterator
from contextlib import contextmanager

from services.capacity.domain.errors import PauseIsOver, PoolNotFound, PoolWithdrawn
from shared.service_defaults.http_errors import KithError
from shared.web.phrases import translatable


class NoSuchPool(KithError):
    status = 404
    slug = "no-such-pool"
    title = "There is no such place list"
    what_to_do = "Check the id of the pool. A new service is known here within seconds of its publication."


class PoolIsWithdrawn(KithError):
    status = 410
    slug = "pool-withdrawn"
    title = translatable("This service does not run any more")
    what_to_do = translatable(
        "Nobody is sent to it. If that is wrong, publish the service again in the directory."
    )


class PauseNotPossible(KithError):
    status = 422
    slug = "pause-not-possible"
    title = "The pause has to end after now, and within a year"
    what_to_do = "Send paused_until with a later moment, or leave it out."


class NotYet(KithError):
    status = 422
    slug = "not-yet"
    title = "That moment has not come yet"
    what_to_do = "Send as_of with a moment that is over, such as the time it is now. What will be said later nobody knows."


class SpokenSince(KithError):
    status = 409
    slug = "someone-spoke-since"
    title = "Someone else has said something since"
    what_to_do = (
        "Look at the current state. If yours is still right, say it again with the version that it has."
    )


@contextmanager
def told_to_the_caller() -> Iterator[None]:
    try:
        yield
    except PoolNotFound as error:
        raise NoSuchPool from error
    except PoolWithdrawn as error:
        raise PoolIsWithdrawn from error
    except PauseIsOver as error:
        raise PauseNotPossible from error
