"""Reads what the directory has to say from its outbox, as the relay would."""

import json

import asyncpg

from shared.events.catalogue import CLASS_OF_TYPE
from shared.events.event_data import EventData


async def outbox_events(connection: "asyncpg.Connection[asyncpg.Record]") -> list[EventData]:
    rows = await connection.fetch("SELECT headers, payload FROM outbox_events ORDER BY seq")
    return [
        CLASS_OF_TYPE[json.loads(row["headers"])["ce_type"]].model_validate_json(row["payload"], strict=False)
        for row in rows
    ]
