"""Who may read the summary page: everybody where all data are made up, else whoever holds the scope."""

from fastapi import Request

from shared.security.api_keys import ApiCaller, require_scope
from shared.security.declared_access import DeclaresAccess
from shared.service_defaults.settings import ServiceSettings

SUMMARY_READ = "summary:read"


class PublicInDemoMode(DeclaresAccess):
    """The scope, but for demo mode."""

    def __init__(self, scope: str) -> None:
        self.access = f"public in demo mode, else scope {scope}"
        self._otherwise = require_scope(scope)

    async def __call__(self, request: Request) -> ApiCaller | None:
        settings: ServiceSettings = request.app.state.settings
        return None if settings.demo_mode else await self._otherwise(request)
