"""The composition root: the one place where capacity's parts are put together."""

from datetime import timedelta

from services.capacity.domain.safeguards import safeguards_without
from services.capacity.entrypoints.board.board_pages import board_router
from services.capacity.entrypoints.board.board_pool_page import board_pool_router
from services.capacity.entrypoints.event_subscribers import capacity_subscriptions
from services.capacity.entrypoints.held_route import held_router
from services.capacity.entrypoints.http_routes import api_router
from services.capacity.entrypoints.many_signals_routes import many_signals_router
from services.capacity.entrypoints.phoned_pages import phoned_router
from services.capacity.entrypoints.settling import Settling
from services.capacity.entrypoints.side_tasks import capacity_side_tasks
from services.capacity.entrypoints.signalling import Signalling
from services.capacity.entrypoints.space_page import space_page_router
from services.capacity.metrics import CapacityMetrics
from services.capacity.settings import CapacitySettings
from shared.security.copied_members import members_subscription
from shared.security.old_links import old_links_task
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts
from shared.service_defaults.settings import settings_or_exit


def make_parts(platform: Platform[CapacitySettings]) -> ServiceParts:
    settings, pool, clock = platform.settings, platform.pool, platform.clock
    metrics = CapacityMetrics(platform.registry)
    settling = Settling(pool, metrics, settings.settle_seconds)
    signalling = Signalling(pool, clock, timedelta(days=settings.signal_life_days), settling)
    return ServiceParts(
        routers=[
            many_signals_router(pool, clock, timedelta(days=settings.signal_life_days)),
            api_router(pool, signalling, clock),
            space_page_router(pool, signalling, clock),
            phoned_router(pool, signalling, clock),
            board_router(pool, clock),
            board_pool_router(pool, signalling, clock),
            held_router(pool),
        ],
        subscriptions=[
            *capacity_subscriptions(clock, safeguards_without(settings.break_safeguard), metrics),
            members_subscription("capacity"),
        ],
        side_tasks=[*capacity_side_tasks(pool, clock, settings, metrics), old_links_task(pool, clock)],
    )


def build_service() -> ServiceDefinition[CapacitySettings]:
    return ServiceDefinition("capacity", settings_or_exit(CapacitySettings), make_parts)
