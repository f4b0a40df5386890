"""The nineteen ethnic groups of the 2021 census in their five, with our codes and the census's own words."""

from dataclasses import dataclass

_FIVE = {
    "white": "White",
    "mixed": "Mixed or Multiple ethnic groups",
    "asian": "Asian, Asian British or Asian Welsh",
    "black": "Black, Black British, Black Welsh, Caribbean or African",
    "other": "Other ethnic group",
}
_NINETEEN = {
    "white-british": ("white", "English, Welsh, Scottish, Northern Irish or British"),
    "white-irish": ("white", "Irish"),
    "gypsy-or-irish-traveller": ("white", "Gypsy or Irish Traveller"),
    "roma": ("white", "Roma"),
    "other-white": ("white", "Other White"),
    "white-and-black-caribbean": ("mixed", "White and Black Caribbean"),
    "white-and-black-african": ("mixed", "White and Black African"),
    "white-and-asian": ("mixed", "White and Asian"),
    "other-mixed": ("mixed", "Other Mixed or Multiple ethnic groups"),
    "indian": ("asian", "Indian"),
    "pakistani": ("asian", "Pakistani"),
    "bangladeshi": ("asian", "Bangladeshi"),
    "chinese": ("asian", "Chinese"),
    "other-asian": ("asian", "Other Asian"),
    "african": ("black", "African"),
    "caribbean": ("black", "Caribbean"),
    "other-black": ("black", "Other Black"),
    "arab": ("other", "Arab"),
    "any-other": ("other", "Any other ethnic group"),
}


@dataclass(frozen=True, slots=True)
class EthnicGroup:
    code: str
    five: str
    census_words: str


FIVE_GROUPS = tuple(_FIVE)
CENSUS_WORDS_OF_FIVE = dict(_FIVE)
ETHNIC_GROUPS = tuple(
    EthnicGroup(code, five, f"{_FIVE[five]}: {words}") for code, (five, words) in _NINETEEN.items()
)
