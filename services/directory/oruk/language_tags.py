"""BCP 47 language tags as feeds write them."""

import re

from shared.vocabulary import vocabulary

_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_LONGEST = 20


def is_language_tag(text: str) -> bool:
    return len(text) <= _LONGEST and _TAG.fullmatch(text) is not None


def language_name(code: str) -> str:
    """The English name, or the tag itself where it is not one that the project names."""
    known = vocabulary.languages().get(code)
    return known.label if known else code
