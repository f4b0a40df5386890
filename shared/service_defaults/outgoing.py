"""Calls out of a service: to the hosts that its settings name, and to no other."""

from collections.abc import Collection

import httpx

from shared.service_defaults.addresses import wire_form

HTTP_SECONDS = 5.0  # for calls to another of our services


class HostNotListed(httpx.RequestError):
    """Something was to be asked of a host that no setting names; nothing was sent."""


def outgoing_client(hosts: Collection[str]) -> httpx.AsyncClient:
    """Each request is looked at, a redirect's and those to addresses that another server gave us among them."""
    listed = {wire_form(each) for each in hosts}

    async def refuse_unlisted(request: httpx.Request) -> None:
        if request.url.raw_host.decode("ascii") not in listed:
            raise HostNotListed("the host is in no setting: see OUTSIDE_HOSTS", request=request)

    return httpx.AsyncClient(timeout=HTTP_SECONDS, event_hooks={"request": [refuse_unlisted]})
