"""Looks for bytes where data lies in the raw: in files, and in every record that a topic still has."""

from collections.abc import Collection, Iterator
from pathlib import Path

from aiokafka import AIOKafkaConsumer

from shared.messaging.topics import all_topics


def files_with_content(folder: Path) -> list[Path]:
    return [file.relative_to(folder) for file in folder.rglob("*") if file.is_file() and file.stat().st_size]


def found_in_files(folder: Path, wanted: Collection[bytes]) -> list[str]:
    """`file: what` for each that is there."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            try:
                content = file.read_bytes()
            except FileNotFoundError:  # a server may remove its own meanwhile
                continue
            found += [f"{file.relative_to(folder)}: {each!r}" for each in wanted if each in content]
    return found


async def all_records(kafka: str) -> list[tuple[str, bytes, bytes]]:
    """Topic, key and the rest of each record. Segments are compressed, so that a look at the files says nothing."""
    consumer = AIOKafkaConsumer(*all_topics(), bootstrap_servers=kafka, auto_offset_reset="earliest")
    await consumer.start()
    try:
        ends = await consumer.end_offsets(consumer.assignment())
        records = []
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for batch in (await consumer.getmany(timeout_ms=200)).values():
                records += [(record.topic, record.key or b"", b"".join(_parts(record))) for record in batch]
        return records
    finally:
        await consumer.stop()


def _parts(record: object) -> Iterator[bytes]:
    yield record.value or b""  # type: ignore[attr-defined]
    for name, value in record.headers:  # type: ignore[attr-defined]
        yield name.encode() + b"=" + (value or b"")
