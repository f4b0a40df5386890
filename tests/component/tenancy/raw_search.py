"""Looks for bytes where data lies in the raw: in files, and in every record that a topic still has."""

import base64
import errno
import os
from collections.abc import Collection, Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

from aiokafka import AIOKafkaConsumer

from shared.messaging.topics import all_topics

# Files are laid out before they are used: what is not written yet need not be searched.
NOTHING = bytes(4096)


def files_with_content(folder: Path) -> list[Path]:
    return [file.relative_to(folder) for file in folder.rglob("*") if file.is_file() and file.stat().st_size]


def spellings(word: str) -> set[bytes]:
    """A word as it may stand in text or in an address, in small letters."""
    found = {word, word.replace(" ", ""), quote(word), quote_plus(word)}
    return {each.lower().encode() for each in found}


def encodings(word: str) -> set[bytes]:
    """A word in two bytes a letter and in Base64, in small letters."""
    found = {word.encode("utf-16-le"), word.encode("utf-16-be"), *_in_base64(word.encode())}
    return {each.lower() for each in found}


def found_in_files(
    folder: Path, wanted: Collection[bytes], *, in_any_case: Collection[bytes] = ()
) -> list[str]:
    """`file: what` for each that is there; those `in_any_case` are given in small letters."""
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            try:
                content = written_in(file).replace(NOTHING, b"")
            except FileNotFoundError:  # a server may remove its own meanwhile
                continue
            there = [each for each in wanted if each in content]
            small = content.lower() if in_any_case else b""
            there += [each for each in in_any_case if each in small]
            found += [f"{file.relative_to(folder)}: {each!r}" for each in there]
    return found


def written_in(file: Path) -> bytes:
    """All but the holes: an index of Kafka's is laid out as ten megabytes, of which a page is written."""
    parts, end = [], 0
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        while end < size:
            try:
                begin = os.lseek(opened.fileno(), end, os.SEEK_DATA)
                end = os.lseek(opened.fileno(), begin, os.SEEK_HOLE)
            except OSError as nothing_more:  # or a server has cut it meanwhile
                if nothing_more.errno != errno.ENXIO:
                    raise
                break
            parts.append(os.pread(opened.fileno(), end - begin, begin))
    return b"".join(parts)


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


def _in_base64(text: bytes) -> Iterator[bytes]:
    """What is the same wherever in a longer text it begins."""
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + text)
        yield encoded[(0, 2, 3)[before] : -4]


def _parts(record: object) -> Iterator[bytes]:
    yield record.value or b""  # type: ignore[attr-defined]
    for name, value in record.headers:  # type: ignore[attr-defined]
        yield name.encode() + b"=" + (value or b"")
