"""The composition root: the one place where the parts of notify are put together."""

from datetime import timedelta

from prometheus_client import Counter

from services.notify.entrypoints.event_subscribers import subscriptions
from services.notify.entrypoints.held_route import held_router
from services.notify.entrypoints.http_routes import message_router
from services.notify.entrypoints.message_sender import MessageSender, Sending
from services.notify.outbound.mail_server import MailServer
from services.notify.outbound.recipient_owners import RecipientOwners
from services.notify.settings import NotifySettings
from shared.security.copied_members import members_subscription
from shared.security.recipients import RecipientKind
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts
from shared.service_defaults.settings import settings_or_exit
from shared.service_defaults.side_tasks import SideTask


def make_parts(platform: Platform[NotifySettings]) -> ServiceParts:
    sender = make_sender(platform)
    return ServiceParts(
        routers=[message_router(platform.pool), held_router(platform.pool)],
        subscriptions=[*subscriptions(platform.clock), members_subscription("notify")],
        side_tasks=[SideTask("message-sender", sender.run, sender.stop)],
    )


def make_sender(platform: Platform[NotifySettings]) -> MessageSender:
    settings = platform.settings
    urls: dict[RecipientKind, str] = {
        "person": settings.referral_url,
        "referrer": settings.referral_url,
        "organisation": settings.directory_url,
        "list-reader": settings.directory_url,
        "digest-reader": settings.directory_url,
    }
    settled = Counter(
        "kith_notify_messages",
        "Tries to send, by outcome",
        ("template", "outcome"),
        registry=platform.registry,
    )
    return MessageSender(
        platform.pool,
        platform.clock,
        RecipientOwners(platform.http, urls, settings.internal_key),
        MailServer(
            settings.smtp_host,
            settings.smtp_port,
            settings.sending_at_once,
            settings.mail_from,
            needs_tls=settings.mail_needs_tls,
        ),
        Sending(
            settings.mail_from,
            settings.discreet_mail_from,
            timedelta(seconds=settings.sending_lease_seconds),
            settings.sending_at_once,
        ),
        settled,
    )


def build_service() -> ServiceDefinition[NotifySettings]:
    return ServiceDefinition("notify", settings_or_exit(NotifySettings), make_parts)
