"""Problem details as the OpenAPI documents show them."""

from typing import Any

from pydantic import BaseModel


class FieldFault(BaseModel):
    """A field and the rule it broke; the value is never repeated."""

    field: str
    rule: str
    message: str


class ProblemDetails(BaseModel):
    """RFC 9457 problem details, with what to do about it."""

    type: str
    title: str
    status: int
    what_to_do: str
    detail: str | None = None
    errors: list[FieldFault] | None = None
    trace_id: str | None = None


PAGE = {"type": "string"}


def _answer(description: str) -> dict[str, Any]:
    schema = ProblemDetails.model_json_schema(ref_template="#/components/schemas/{model}")
    schema.pop("$defs", None)
    schema["properties"]["errors"] = {"type": "array", "items": FieldFault.model_json_schema()}
    # The same words as a page, for whoever prefers one.
    return {
        "description": description,
        "content": {"application/problem+json": {"schema": schema}, "text/html": {"schema": PAGE}},
    }


PROBLEM_RESPONSES: dict[int | str, dict[str, Any]] = {
    422: _answer("Something is missing or not right"),
    "4XX": _answer("The request cannot be carried out as it is"),
    "5XX": _answer("Something went wrong on our side"),
}

# For routes that a member of staff may open in a browser.
SENT_TO_SIGN_IN: dict[int | str, dict[str, Any]] = {
    "3XX": {"description": "In a browser: sign in, and come back", "content": {"text/html": {"schema": PAGE}}}
}
