"""The composition root: the one place where the directory's parts are put together."""

from services.directory.entrypoints.front_page import front_page_router
from services.directory.entrypoints.open_referral.feed_routes import feed_router
from services.directory.entrypoints.parts.duplicates import duplicates_parts
from services.directory.entrypoints.parts.entries import entries_parts
from services.directory.entrypoints.parts.evidence import evidence_parts
from services.directory.entrypoints.parts.feeds import feeds_parts
from services.directory.entrypoints.parts.finding import find_pages, finding_parts
from services.directory.entrypoints.parts.gaps import gaps_parts
from services.directory.entrypoints.parts.index_keeper import IndexKeeper
from services.directory.entrypoints.parts.open_referral import open_referral_parts
from services.directory.entrypoints.parts.space import space_parts
from services.directory.entrypoints.parts.taking_away import readers_of, taking_away_parts
from services.directory.entrypoints.people.client_token_route import client_token_router, token_key_router
from services.directory.entrypoints.people.demo_check import demo_check
from services.directory.entrypoints.people.member_pages import member_router
from services.directory.entrypoints.people.organisation_pages import organisation_router
from services.directory.entrypoints.people.organisation_parent_route import organisation_parent_router
from services.directory.entrypoints.people.recipient_route import recipient_router
from services.directory.entrypoints.people.session_pages import session_router
from services.directory.entrypoints.people.sign_in_pages import (
    SignInDesk,
    demo_sign_in_router,
    sign_in_router,
    sign_out_router,
)
from services.directory.entrypoints.side_tasks import directory_side_tasks
from services.directory.metrics import register
from services.directory.outbound.oidc_provider import OidcProvider
from services.directory.settings import DirectorySettings
from shared.security.access_tokens import TokenSigner
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts, joined_parts
from shared.service_defaults.settings import settings_or_exit
from shared.web.gallery import gallery_router

PARTS_OF_THE_MENU = (
    finding_parts,
    open_referral_parts,
    space_parts,
    evidence_parts,
    taking_away_parts,
    entries_parts,
    feeds_parts,
    duplicates_parts,
    gaps_parts,
)


def make_parts(platform: Platform[DirectorySettings]) -> ServiceParts:
    register(platform.registry)
    keeper = IndexKeeper(platform)
    menu = [make(platform, keeper) for make in PARTS_OF_THE_MENU]
    return joined_parts(*menu, keeper.parts(), _people_and_pages(platform, keeper))


def _people_and_pages(platform: Platform[DirectorySettings], keeper: IndexKeeper) -> ServiceParts:
    settings, pool, clock = platform.settings, platform.pool, platform.clock
    signer = TokenSigner(settings.token_signing_keys)
    provider = OidcProvider(settings, platform.http, clock) if settings.oidc_issuer else None
    desk = SignInDesk(pool, settings, clock, signer, provider)
    in_demo = demo_check(pool, demo_people=settings.demo_sign_in, demo_clients=settings.demo_clients)
    return ServiceParts(
        routers=[
            front_page_router(),
            feed_router(pool, clock, find_pages(platform, keeper)),
            recipient_router(pool, settings, clock, readers_of(platform, keeper)),
            sign_in_router(desk),
            *([demo_sign_in_router(desk)] if settings.demo_sign_in else []),
            *([gallery_router()] if settings.demo_mode else []),
            sign_out_router(desk),
            session_router(pool, clock),
            client_token_router(pool, signer, clock),
            token_key_router(settings),
            member_router(pool, settings, clock),
            organisation_router(pool, clock),
            organisation_parent_router(pool, clock),
        ],
        side_tasks=directory_side_tasks(
            pool, clock, demo_people=settings.demo_sign_in, demo_clients=settings.demo_clients
        ),
        health_checks=[in_demo] if settings.demo_mode else [],
    )


def build_service() -> ServiceDefinition[DirectorySettings]:
    return ServiceDefinition("directory", settings_or_exit(DirectorySettings), make_parts)
