"""The side task that sends: claim, ask the owner, hand over to the mail server, settle.

`sending` is committed before the effect and the outcome after it. A process that ends in between leaves rows
that are sent again, with the same Message-ID, once their lease is over.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog
from opentelemetry import propagate, trace
from prometheus_client import Counter

from services.notify.domain.delivery_attempts import Attempt, Failed, Outcome, TryLater, outcome_of
from services.notify.domain.message_rules import FROM_NEUTRAL_SENDER
from services.notify.outbound.mail_server import MailServer
from services.notify.outbound.mail_text import DISCREET_TEMPLATE, AddressUnusable, make_mail
from services.notify.outbound.recipient_owners import RecipientOwners
from services.notify.storage.message_rows import Message, claim_due
from services.notify.use_cases.settle_messages import settle_messages
from shared.postgres.away import database_is_away
from shared.postgres.pool import Pool, transaction
from shared.postgres.reach import rounds_reach
from shared.security.recipients import RecipientAnswer
from shared.service_defaults.clock import Clock

log = structlog.get_logger(__name__)
tracer = trace.get_tracer("kith.notify")

BATCH = 20  # messages claimed at once; few enough that all are tried well within the lease
POLL_SECONDS = 0.2


@dataclass(frozen=True, slots=True)
class Sending:
    """How messages are sent."""

    mail_from: str
    discreet_from: str
    lease: timedelta
    at_once: int


class MessageSender:
    """Sends what is due until stopped. Several may run beside each other."""

    def __init__(
        self,
        pool: Pool,
        clock: Clock,
        owners: RecipientOwners,
        mail_server: MailServer,
        sending: Sending,
        settled: Counter,
    ) -> None:
        self._pool = pool
        self._clock = clock
        self._owners = owners
        self._mail_server = mail_server
        self._sending = sending
        self._settled = settled
        self._at_once = asyncio.Semaphore(sending.at_once)
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Runs until stopped; what it has begun is finished."""
        try:
            while not self._stopping.is_set():
                if not await self._tried():
                    await self._pause()
        finally:
            await self._mail_server.close()

    async def stop(self) -> None:
        self._stopping.set()

    async def send_due(self) -> int:
        """Tries a batch of what is due. Returns how many messages were tried."""
        async with transaction(self._pool, rounds_reach("notify")) as connection:
            messages = await claim_due(connection, self._clock(), self._sending.lease, BATCH)
        if messages:
            tried = await asyncio.gather(*(self._try(message) for message in messages))
            async with transaction(self._pool, rounds_reach("notify")) as connection:
                await settle_messages(connection, tried, self._clock())
            self._count(tried)
        return len(messages)

    async def _tried(self) -> int:
        try:
            return await self.send_due()
        # A process edge: only a failure that waiting can heal is waited for.
        except Exception as error:
            if not (database_is_away(error) or isinstance(error, TimeoutError)):
                raise
            log.warning("sender.database_away", error=type(error).__name__)
            return 0

    async def _pause(self) -> None:
        try:
            async with asyncio.timeout(POLL_SECONDS):
                await self._stopping.wait()
        except TimeoutError:
            return

    async def _try(self, message: Message) -> tuple[Message, Outcome]:
        parent = propagate.extract({"traceparent": message.traceparent} if message.traceparent else {})
        attributes = {"kith.message_id": str(message.message_id), "kith.template": message.template}
        async with self._at_once:
            with tracer.start_as_current_span("send message", parent, attributes=attributes):
                attempt = await self._attempt(message)
                carrier: dict[str, str] = {}
                propagate.inject(carrier)
        if not isinstance(attempt, TryLater):
            message = replace(message, traceparent=carrier.get("traceparent", message.traceparent))
        return message, outcome_of(attempt, message.attempts)

    async def _attempt(self, message: Message) -> Attempt:
        try:
            attempt = await self._send(message)
        # A process edge: one message that cannot be made must not hold up the others.
        except Exception as error:
            log.exception("message.crashed", message_id=str(message.message_id), exc_info=error)
            attempt = TryLater("bug")
        if isinstance(attempt, TryLater | Failed):
            cause = attempt.cause if isinstance(attempt, TryLater) else attempt.reason
            log.warning(
                "message.not_sent",
                message_id=str(message.message_id),
                template=message.template,
                attempt=message.attempts,
                cause=cause,
            )
        return attempt

    async def _send(self, message: Message) -> Attempt:
        recipient = await self._owners.ask(message)
        if not isinstance(recipient, RecipientAnswer):
            return recipient
        try:
            mail = make_mail(
                message.message_id,
                DISCREET_TEMPLATE if message.discreet else message.template,
                recipient,
                service_name=message.service_name,
                mail_from=self._sender_of(message),
                now=self._clock(),
                unmet_reason=message.unmet_reason,
            )
        except AddressUnusable:
            return Failed("no-address")
        return await self._mail_server.send(mail)

    def _sender_of(self, message: Message) -> str:
        neutral = message.discreet or message.template in FROM_NEUTRAL_SENDER
        return self._sending.discreet_from if neutral else self._sending.mail_from

    def _count(self, tried: Sequence[tuple[Message, Outcome]]) -> None:
        for message, outcome in tried:
            self._settled.labels(message.template, type(outcome).__name__.lower()).inc()
