"""The messages, each once, in memory and on disk; the oldest go when there are too many."""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from deploy.json_lines import JsonLines
from deploy.mailbox.message import Message, message_from_json

MOST_LINES = 2  # times the messages kept; then the file is written anew


class MessageStore:
    """A message that comes again (same Message-ID) is counted, not kept twice."""

    def __init__(self, folder: Path, messages_kept: int) -> None:
        self._kept = messages_kept
        self._messages: OrderedDict[str, Message] = OrderedDict()
        self._file = JsonLines(folder / "messages.jsonl")
        self._lines = 0
        for record in self._file.read():
            self._put(message_from_json(record))
            self._lines += 1

    def take(self, message: Message) -> Message:
        """Keeps the message and gives it as kept: written down when this returns."""
        before = self._messages.get(message.id)
        kept = replace(before, times_received=before.times_received + 1) if before else message
        self._file.append([kept.as_json()])
        self._lines += 1
        self._put(kept)
        if self._lines > MOST_LINES * self._kept:
            self._file.replace(each.as_json() for each in self._messages.values())
            self._lines = len(self._messages)
        return kept

    def find(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def newest_first(self, *, to: str = "", since: datetime | None = None) -> Iterator[Message]:
        """Messages to addresses that contain `to`, received at or after `since`."""
        wanted = to.strip().lower()
        for message in reversed(self._messages.values()):
            if since is not None and message.received_at < since:
                continue
            if not wanted or any(wanted in address for address in message.to):
                yield message

    def __len__(self) -> int:
        return len(self._messages)

    def _put(self, message: Message) -> None:
        self._messages[message.id] = message
        while len(self._messages) > self._kept:
            self._messages.popitem(last=False)
