"""What is overdue goes to a named next owner: the coordinators of the leg's area, then those of the board above it."""

from datetime import date, timedelta

from shared.vocabulary.areas import AreaTree

RAISED_AGAIN_AFTER = timedelta(days=1)
LOOK_AT_UNMET = "look-at-what-else"
"""What a coordinator owes somebody for whom nothing was found and whom nobody referred."""
ASK_IF_STILL_WANTED = "ask-if-still-wanted"
"""What a coordinator owes somebody who waits and did not answer whether they still want it."""


def area_above(area: str, tree: AreaTree, on: date) -> str:
    """Whose coordinators are next when those of the area did not act; the area itself where there is none above."""
    spell = tree.spell(area, on)
    above = tree.spell(spell.parent, on) if spell and spell.parent else None
    return above.code if above and above.kind != "region" else area
