"""Puts the referral service together; nothing else does."""

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.audit_heads import HeadSigner
from services.referral.domain.audit_keys import WrappingKeys
from services.referral.entrypoints.audit_pages import audit_router
from services.referral.entrypoints.audit_sealer import AuditSealer
from services.referral.entrypoints.event_subscribers import subscriptions
from services.referral.entrypoints.http_routes import api_router, demo_router
from services.referral.entrypoints.internal_recipients import recipients_router
from services.referral.entrypoints.my_referral_pages import my_referral_router
from services.referral.entrypoints.offer_pages import offer_router, progress_router
from services.referral.entrypoints.rounds import Rounds
from services.referral.entrypoints.seen_pages import seen_router
from services.referral.entrypoints.self_referral_pages import self_referral_router
from services.referral.settings import ReferralSettings, key_bytes
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from shared.security.copied_members import members_subscription
from shared.security.old_links import old_links_task
from shared.service_defaults.old_keys import old_keys_task
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts
from shared.service_defaults.settings import settings_or_exit


def build_service() -> ServiceDefinition[ReferralSettings]:
    return ServiceDefinition("referral", settings_or_exit(ReferralSettings), make_parts)


def make_parts(platform: Platform[ReferralSettings]) -> ServiceParts:
    settings = platform.settings
    trail = AuditTrail(WrappingKeys(key_bytes(settings.audit_wrapping_keys)))
    signer = HeadSigner(key_bytes(settings.audit_signing_keys))
    by = Acting(trail, Actor(ActorKind.SERVICE, "referral"), AuditPurpose.ALLOCATION)
    rounds = Rounds(settings, platform.pool, platform.clock, by)
    sealer = AuditSealer(platform.pool, signer, platform.registry)
    routers = [
        api_router(platform, rounds, trail),
        self_referral_router(platform, rounds, trail),
        my_referral_router(platform, trail),
        seen_router(platform, trail),
        audit_router(platform, trail),
        offer_router(platform, trail),
        progress_router(platform, trail),
        recipients_router(platform, trail),
    ]
    if settings.demo_mode:
        routers.append(demo_router(platform, trail))
    return ServiceParts(
        routers=routers,
        subscriptions=[
            *subscriptions(settings, platform.clock, by),
            members_subscription("referral"),
        ],
        side_tasks=[
            *rounds.side_tasks(),
            sealer.side_task(settings.audit_seal_seconds),
            old_keys_task(platform.pool, platform.clock),
            old_links_task(platform.pool, platform.clock),
        ],
    )
