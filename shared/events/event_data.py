"""What every event's data has in common: strict shapes made of ids, codes, bands, times and counts."""

from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, StringConstraints

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{0,47}$")]
"""A word from one of the project's code lists. The pattern leaves no room for free text."""

AreaCode = Annotated[str, StringConstraints(pattern=r"^[A-Z][0-9]{8}$")]
"""A GSS code of the Office for National Statistics, such as E09000025 (Newham)."""

LanguageTag = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$", max_length=20)]
"""A BCP 47 language tag."""


class EventData(BaseModel):
    """The data of one event type. Readers ignore fields that a newer producer added."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_type: ClassVar[str]
    topic: ClassVar[str]
    key_field: ClassVar[str]

    @property
    def key(self) -> str:
        """The id whose order matters: the Kafka key and the CloudEvents subject."""
        return str(getattr(self, self.key_field))


__all__ = ["UUID", "AreaCode", "AwareDatetime", "Code", "EventData", "LanguageTag"]
