"""The services of the London sample, as its file has them."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parents[2] / "deploy" / "london" / "pack.json"


@cache
def sample_services() -> Mapping[str, Mapping[str, Any]]:
    """By id."""
    return {each["id"]: each for each in json.loads(SAMPLE.read_text(encoding="utf-8"))["contents"]}
