"""The composition root: the one place where the directory's parts are put together."""

from services.directory.entrypoints.feed_routes import feed_router
from services.directory.entrypoints.front_page import front_page_router
from services.directory.entrypoints.recipient_route import recipient_router
from services.directory.settings import DirectorySettings
from shared.service_defaults.process import Platform, ServiceDefinition, ServiceParts
from shared.service_defaults.settings import settings_or_exit
from shared.web.gallery import gallery_router


def make_parts(platform: Platform[DirectorySettings]) -> ServiceParts:
    routers = [
        front_page_router(),
        feed_router(platform.pool),
        recipient_router(platform.pool, platform.settings, platform.clock),
    ]
    if platform.settings.demo_mode:
        routers.append(gallery_router())
    return ServiceParts(routers=routers)


def build_service() -> ServiceDefinition[DirectorySettings]:
    return ServiceDefinition("directory", settings_or_exit(DirectorySettings), make_parts)
