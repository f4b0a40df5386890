"""An address as a QR code in the page itself: nothing is asked of anybody else for it."""

import segno
from markupsafe import Markup

MARGIN = 4  # squares around it, as readers expect


def qr_code(address: str, label: str) -> Markup:
    """`label` is read out in its place. Up to a sixth of it may be smudged."""
    made = segno.make(address, error="m", micro=False, boost_error=False)
    drawn = made.svg_inline(
        border=MARGIN, omitsize=True, light="#fff", dark="#000", svgclass="kith-qr", title=None
    )
    opening = Markup('<svg role="img" aria-label="{}"').format(label)
    return opening + Markup(drawn.removeprefix("<svg"))  # noqa: S704 - made of squares alone
