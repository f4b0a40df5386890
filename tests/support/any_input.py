"""Requests made from an OpenAPI document, valid and broken, and what came back: the document has to be true of it."""

import os
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

AS_DOCUMENTED = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
NEVER_BROKEN = (not_a_server_error,)
PARTS = ("path_parameters", "query", "body")
# What is taken from the good request: mostly all but one field, else nothing, or the id alone.
KEPT: Sequence[tuple[str, ...]] = (
    PARTS,
    PARTS,
    PARTS,
    ("path_parameters",),
    ("path_parameters", "query"),
    (),
)
MOSTLY = 12
# Seconds for one service: a campaign asks a thousand times what a daily run asks 25 times.
LONGEST = 7_200 if os.environ.get("KITH_CAMPAIGN") else 600
KEY_HEADER = "idempotency-key"


@schemathesis.serializer("text/csv")
def send_as_it_is(context: schemathesis.SerializationContext, value: Any) -> bytes:
    """Text as the document's schema gave it, or what is none."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


@dataclass(frozen=True)
class Good:
    """A request that succeeds with what the service has. Parts of it are put into requests that are made up,
    since nobody guesses an id; so they get past the access check and find something.
    """

    headers: Mapping[str, str] = field(default_factory=dict)
    path_parameters: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None


@dataclass
class Met:
    """How often each operation answered with which status."""

    statuses: dict[str, Counter[int]] = field(default_factory=dict)

    def note(self, operation: str, status: int) -> None:
        self.statuses.setdefault(operation, Counter())[status] += 1

    def refused_only(self, *, below: int = 300) -> list[str]:
        """The operations that never did what they are for."""
        return [name for name, seen in self.statuses.items() if not any(each < below for each in seen)]

    def __str__(self) -> str:
        lines = [f"{name}: {dict(sorted(seen.items()))}" for name, seen in sorted(self.statuses.items())]
        return "\n".join(lines)


def try_everything(
    document: dict[str, Any],
    address: str,
    good: Mapping[str, Good],
    others: Sequence[Mapping[str, str]],
    checks: Sequence[Any] = AS_DOCUMENTED,
    last: Collection[str] = (),
) -> Met:
    """Asks every operation of the document. `others` are credentials of somebody else. Takes seconds: for a thread.

    `last` are operations that end what the others are about, so they are asked behind them.
    """
    met = Met()
    operations = [_known(each) for each in schemathesis.openapi.from_dict(document).get_all_operations()]
    for operation in sorted(operations, key=lambda each: each.label in last):
        trial = _Trial(operation, good.get(operation.label, Good()), others, address, checks, met)
        trial.ask_well()
        trial.ask_anything()
    return met


def hear_a_stream_out(answer: Any, **_: Any) -> None:
    """Until it is silent for a second: one that is sound stays open for far longer, and has no more to say."""
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        answer.raw.connection.sock.settimeout(1.0)


def _known(found: Any) -> Any:
    assert isinstance(found, Ok), found
    return found.ok()


@dataclass(frozen=True)
class _Trial:
    """One operation, asked again and again."""

    operation: Any
    good: Good
    others: Sequence[Mapping[str, str]]
    address: str
    checks: Sequence[Any]
    met: Met

    def ask(self, case: Any, headers: Mapping[str, str]) -> None:
        # From an address of its own each time: how often one address may ask is tested elsewhere.
        number = uuid4().int
        sent = {**headers, "x-forwarded-for": f"2001:db8:{number >> 16 & 0xFFFF:x}:{number & 0xFFFF:x}::1"}
        answer = case.call(
            base_url=self.address, headers=sent, allow_redirects=False, timeout=30,
            hooks={"response": hear_a_stream_out},
        )  # fmt: skip
        self.met.note(self.operation.label, answer.status_code)
        kind = " ".join(answer.headers.get("content-type", ()))
        assert not answer.content or kind, f"{self.operation.label} does not say what its answer is"
        assert not kind.startswith("text/") or "charset=utf-8" in kind, f"{self.operation.label}: {kind}"
        case.validate_response(answer, checks=list(self.checks))

    def ask_well(self) -> None:
        """The good request as it is, where every id of its path is known."""
        good = self.good
        if not set(re.findall(r"{(\w+)}", self.operation.path)) <= set(good.path_parameters):
            return
        body = {} if good.body is None else {"body": good.body, "media_type": self._media_type()}
        case = self.operation.Case(path_parameters=dict(good.path_parameters), query=dict(good.query), **body)
        self.ask(case, {**good.headers, KEY_HEADER: str(uuid4())})

    def ask_anything(self) -> None:
        """A few times in a daily run, often in a campaign: a third of the profile's examples, since each is a request."""

        @settings(
            max_examples=settings().max_examples // 3,
            deadline=None,
            database=None,
            phases=[Phase.explicit, Phase.generate, Phase.target],
            suppress_health_check=list(HealthCheck),
        )
        @given(data=st.data())
        def answers(data: st.DataObject) -> None:
            case = data.draw(self._cases())
            self._mix(case, data.draw(st.sampled_from(KEPT)), data)
            who = data.draw(st.sampled_from([*[self.good.headers] * MOSTLY, *self.others]))
            key = {} if data.draw(st.integers(0, MOSTLY)) == MOSTLY else {KEY_HEADER: str(uuid4())}
            form = {"accept": data.draw(st.sampled_from(["*/*", "application/json", "text/html"]))}
            self.ask(case, {**who, **key, **form})

        answers()

    def _mix(self, case: Any, kept: Sequence[str], data: st.DataObject) -> None:
        """Puts parts of the good request into one that is made up; of its body one field stays made up, or none."""
        made = case.body
        for part in kept:
            known = getattr(self.good, part)
            if part == "body" and known is not None:
                case.body, case.media_type = known, case.media_type or self._media_type()
            elif known:
                setattr(case, part, {**(getattr(case, part) or {}), **known})
        if "body" in kept and isinstance(self.good.body, dict) and isinstance(made, dict) and made:
            changed = data.draw(st.sets(st.sampled_from(sorted(made, key=str)), max_size=1))
            case.body = {**self.good.body, **{name: made[name] for name in changed}}

    def _cases(self) -> st.SearchStrategy[Any]:
        """What the document allows, and where it asks for something, what it does not."""
        operation = self.operation
        allowed: st.SearchStrategy[Any] = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
        asked = (operation.path_parameters, operation.query, operation.headers, operation.body)
        if not any(list(each) for each in asked):
            return allowed
        return st.one_of(allowed, operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))

    def _media_type(self) -> str:
        return str(next(iter(self.operation.get_request_payload_content_types())))
