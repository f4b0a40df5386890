"""Puts the referral service together; nothing else does."""

from services.referral.entrypoints.contact_pages import contact_router
from services.referral.entrypoints.event_subscribers import subscriptions
from services.referral.entrypoints.http_routes import api_router, demo_router
from services.referral.entrypoints.internal_recipients import recipients_router
from services.referral.entrypoints.my_data_pages import erasure_router, export_router
from services.referral.entrypoints.my_referral_pages import my_referral_router
from services.referral.entrypoints.offer_pages import offer_router, progress_router
from services.referral.entrypoints.people_keys import people_keys_task
from services.referral.entrypoints.rounds import Rounds
from services.referral.entrypoints.self_referral_pages import self_referral_router
from services.referral.metrics import ReferralMetrics
from services.referral.settings import ReferralSettings
from services.referral.storage.people import PersonVault
from shared.security.copied_members import members_subscription
from shared.security.old_links import old_links_task
from shared.security.sealing import key_ring_of
from shared.service_defaults.old_keys import old_keys_task
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts
from shared.service_defaults.settings import settings_or_exit


def build_service() -> ServiceDefinition[ReferralSettings]:
    return ServiceDefinition("referral", settings_or_exit(ReferralSettings), make_parts)


def make_parts(platform: Platform[ReferralSettings]) -> ServiceParts:
    metrics = ReferralMetrics(platform.registry)
    rounds = Rounds(platform.settings, platform.pool, platform.clock, metrics)
    vault = PersonVault(key_ring_of(platform.settings.key_encryption_keys))
    routers = [
        api_router(platform, rounds, vault),
        self_referral_router(platform, rounds, vault),
        my_referral_router(platform),
        export_router(platform, vault),
        erasure_router(platform, vault),
        offer_router(platform),
        progress_router(platform),
        contact_router(platform, vault),
        recipients_router(platform, vault),
    ]
    if platform.settings.demo_mode:
        routers.append(demo_router(platform))
    return ServiceParts(
        routers=routers,
        subscriptions=[
            *subscriptions(platform.settings, platform.clock),
            members_subscription("referral"),
        ],
        side_tasks=[
            *rounds.side_tasks(),
            people_keys_task(platform.pool, vault),
            old_keys_task(platform.pool, platform.clock),
            old_links_task(platform.pool, platform.clock),
        ],
    )
