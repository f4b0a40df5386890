"""The composition root: the one place where the parts of outcomes are put together."""

from datetime import timedelta

from services.outcomes.domain.follow_up import FollowUpPlan
from services.outcomes.entrypoints.demo_routes import demo_router
from services.outcomes.entrypoints.event_subscribers import subscriptions
from services.outcomes.entrypoints.evidence_clock import evidence_clock
from services.outcomes.entrypoints.follow_up_clock import follow_up_clock
from services.outcomes.entrypoints.held_route import held_router
from services.outcomes.entrypoints.measure_pages import measure_router
from services.outcomes.entrypoints.summary_routes import summary_router
from services.outcomes.settings import OutcomesSettings
from shared.security.copied_members import members_subscription
from shared.security.old_links import old_links_task
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts
from shared.service_defaults.settings import settings_or_exit

EVIDENCE_EVERY = timedelta(days=7)
EVIDENCE_EVERY_IN_DEMO = timedelta(seconds=30)


def make_parts(platform: Platform[OutcomesSettings]) -> ServiceParts:
    settings, pool, clock = platform.settings, platform.pool, platform.clock
    plan = plan_of(settings)
    routers = [
        measure_router(pool, clock),
        held_router(pool),
        summary_router(pool, clock, hide_small_counts=not settings.demo_mode),
    ]
    return ServiceParts(
        routers=[*routers, demo_router(pool, clock)] if settings.demo_mode else routers,
        subscriptions=[*subscriptions(plan), members_subscription("outcomes")],
        side_tasks=[
            follow_up_clock(pool, plan, clock),
            evidence_clock(pool, EVIDENCE_EVERY_IN_DEMO if settings.demo_mode else EVIDENCE_EVERY, clock),
            old_links_task(pool, clock),
        ],
    )


def plan_of(settings: OutcomesSettings) -> FollowUpPlan:
    return FollowUpPlan(
        after=timedelta(days=settings.follow_up_after_days),
        lapses_after=timedelta(days=settings.follow_up_lapses_after_days),
    )


def build_service() -> ServiceDefinition[OutcomesSettings]:
    return ServiceDefinition("outcomes", settings_or_exit(OutcomesSettings), make_parts)
