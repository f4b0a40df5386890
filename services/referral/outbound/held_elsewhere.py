"""Asks the other services what they hold on a person, at the moment that the person asks. Kept nowhere."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import structlog
from opentelemetry import propagate
from pydantic import SecretStr, ValidationError

from shared.security.held_data import HELD_PATH, HeldAnswer, HeldRecords, HeldRequest

log = structlog.get_logger(__name__)

TIME_LIMIT = 5.0  # seconds


@dataclass(frozen=True, slots=True)
class HeldElsewhere:
    """What was answered, and which services could not be asked just now."""

    records: tuple[HeldRecords, ...]
    not_asked: tuple[str, ...]


async def ask_what_is_held(
    http: httpx.AsyncClient, urls: Mapping[str, str], internal_key: SecretStr, asked: HeldRequest
) -> HeldElsewhere:
    """All at once. One that is away makes the answer shorter, and says so; it does not make it fail."""
    answers = await asyncio.gather(
        *(_ask(http, name, url, internal_key, asked) for name, url in urls.items())
    )
    not_asked = [name for name, answer in zip(urls, answers, strict=True) if answer is None]
    return HeldElsewhere(
        tuple(each for answer in answers if answer for each in answer.held), tuple(not_asked)
    )


async def _ask(
    http: httpx.AsyncClient, name: str, url: str, internal_key: SecretStr, asked: HeldRequest
) -> HeldAnswer | None:
    headers = {
        "authorization": f"Bearer {internal_key.get_secret_value()}",
        "content-type": "application/json",
        "accept": "application/json",
    }
    propagate.inject(headers)
    try:
        response = await http.post(
            url.rstrip("/") + HELD_PATH, content=asked.model_dump_json(), headers=headers, timeout=TIME_LIMIT
        )
        response.raise_for_status()
        return HeldAnswer.model_validate_json(response.content)
    except (httpx.HTTPError, ValidationError) as error:
        log.warning("held.not_asked", service=name, error=type(error).__name__)
        return None
