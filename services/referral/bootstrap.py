"""Puts the referral service together; nothing else does."""

from services.referral.domain.audit_act import Actor, ActorKind, AuditPurpose
from services.referral.domain.audit_heads import HeadSigner
from services.referral.domain.audit_keys import WrappingKeys
from services.referral.entrypoints.audit_pages import audit_router
from services.referral.entrypoints.audit_public_keys import audit_keys_router
from services.referral.entrypoints.audit_sealer import AuditSealer
from services.referral.entrypoints.board_pages import board_router
from services.referral.entrypoints.choice_pages import choice_router
from services.referral.entrypoints.choice_routes import choice_api_router
from services.referral.entrypoints.contact_pages import contact_router
from services.referral.entrypoints.event_subscribers import subscriptions
from services.referral.entrypoints.http_routes import api_router, demo_router
from services.referral.entrypoints.internal_recipients import recipients_router
from services.referral.entrypoints.invitation_pages import invitation_router
from services.referral.entrypoints.my_data_pages import erasure_router, export_router, links_router
from services.referral.entrypoints.my_invitation_pages import my_invitation_router
from services.referral.entrypoints.my_referral_pages import my_referral_router
from services.referral.entrypoints.my_wait_pages import my_wait_router
from services.referral.entrypoints.needs_person_pages import needs_person_router
from services.referral.entrypoints.offer_pages import offer_router, progress_router
from services.referral.entrypoints.people_keys import people_keys_task
from services.referral.entrypoints.referred_again_pages import referred_again_router
from services.referral.entrypoints.referred_pages import referred_router
from services.referral.entrypoints.rounds import Rounds
from services.referral.entrypoints.routing_mode_pages import routing_mode_router
from services.referral.entrypoints.seen_pages import seen_router
from services.referral.entrypoints.self_referral_pages import self_referral_router
from services.referral.entrypoints.staff_choice_pages import staff_choice_router
from services.referral.entrypoints.turned_away_pages import turned_away_router
from services.referral.entrypoints.work_pages import work_router
from services.referral.metrics import ReferralMetrics
from services.referral.settings import ReferralSettings, key_bytes
from services.referral.storage.people import PersonVault
from services.referral.use_cases.audit_trail import Acting, AuditTrail
from services.referral.use_cases.known_pools import KnownPools
from shared.security.copied_members import members_subscription
from shared.security.old_links import old_links_task
from shared.security.sealing import key_ring_of
from shared.service_defaults.health import condition_check
from shared.service_defaults.old_keys import old_keys_task
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts
from shared.service_defaults.repeating import repeating
from shared.service_defaults.settings import settings_or_exit

KNOWN_POOLS_LOOK_SECONDS = 1.0


def build_service() -> ServiceDefinition[ReferralSettings]:
    return ServiceDefinition("referral", settings_or_exit(ReferralSettings), make_parts)


def make_parts(platform: Platform[ReferralSettings]) -> ServiceParts:
    settings = platform.settings
    metrics = ReferralMetrics(platform.registry)
    wrapping = WrappingKeys(key_bytes(settings.audit_wrapping_keys))
    trail = AuditTrail(wrapping, metrics.audit_keys_unreadable.inc)
    vault = PersonVault(key_ring_of(settings.key_encryption_keys))
    by = Acting(trail, Actor(ActorKind.SERVICE, "referral"), AuditPurpose.ALLOCATION)
    known_pools = KnownPools(platform.pool, platform.clock)
    rounds = Rounds(settings, platform.pool, platform.clock, metrics, by, known_pools)
    signer = HeadSigner(key_bytes(settings.audit_signing_keys))
    sealer = AuditSealer(platform.pool, signer, wrapping.marks, platform.registry)
    routers = [
        api_router(platform, rounds, vault, trail, known_pools),
        self_referral_router(platform, rounds, vault, trail, known_pools),
        my_referral_router(platform, trail),
        choice_router(platform, trail, known_pools),
        choice_api_router(platform, trail, known_pools),
        my_wait_router(platform, trail),
        my_invitation_router(platform, trail),
        seen_router(platform, trail),
        export_router(platform, vault, trail),
        links_router(platform, trail),
        erasure_router(platform, vault, trail),
        audit_router(platform, trail),
        audit_keys_router(settings),
        work_router(platform),
        turned_away_router(platform),
        needs_person_router(platform, trail),
        staff_choice_router(platform, trail, known_pools),
        routing_mode_router(platform, trail),
        invitation_router(platform, trail),
        referred_router(platform, trail),
        referred_again_router(platform, trail),
        board_router(platform, trail),
        offer_router(platform, trail, known_pools),
        progress_router(platform, trail),
        contact_router(platform, vault, trail),
        recipients_router(platform, vault, trail),
    ]
    if settings.demo_mode:
        routers.append(demo_router(platform, trail))
    return ServiceParts(
        routers=routers,
        subscriptions=[
            *subscriptions(settings, platform.clock, by, known_pools, metrics.hold_lost),
            members_subscription("referral"),
        ],
        side_tasks=[
            *rounds.side_tasks(),
            # As the serving task: people are routed by requests and by what is heard, in one process or in two.
            repeating("pool-index-of-worker", KNOWN_POOLS_LOOK_SECONDS, known_pools.follow),
            people_keys_task(platform.pool, vault),
            sealer.side_task(settings.audit_seal_seconds),
            old_keys_task(platform.pool, platform.clock),
            old_links_task(platform.pool, platform.clock),
        ],
        serving_tasks=[repeating("pool-index", KNOWN_POOLS_LOOK_SECONDS, known_pools.follow)],
        health_checks=[
            condition_check("pool-index", lambda: not known_pools.is_behind, "the pools are still being read")
        ],
    )
