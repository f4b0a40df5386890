"""Who says that an entry is right, and since when."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

Assurer = Literal["source", "organisation", "coordinator"]


@dataclass(frozen=True, slots=True)
class Assurance:
    """The day on which an entry was last said to be right, and by whom: never a name or an address."""

    on: date
    by: Assurer = "source"
