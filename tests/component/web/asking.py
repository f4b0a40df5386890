"""Requests as a browser sends them, and the pages that come back."""

from typing import Any

from fastapi import FastAPI, Request

from shared.web.page_settings import PageSettings


def asking(
    query: str = "",
    *,
    path: str = "/referral/self",
    show_unchecked: bool = True,
    app: FastAPI | None = None,
    **headers: str,
) -> Request:
    app = app or FastAPI()
    app.state.page_settings = PageSettings(show_unchecked_translations=show_unchecked, demo_mode=True)
    sent = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    scope: dict[str, Any] = {
        "type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": sent, "app": app,
        "scheme": "http", "server": ("localhost", 80),
    }  # fmt: skip
    return Request(scope)
