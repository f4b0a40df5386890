"""A message's text for a page: escaped, with its links made to be followed."""

from markupsafe import Markup, escape

from deploy.mailbox.message import AFTER_A_LINK, LINK


def linked_text(text: str) -> Markup:
    """Only http and https become links; everything else is shown as it is, never obeyed."""
    parts: list[Markup] = []
    end = 0
    for found in LINK.finditer(text):
        address = found.group().rstrip(AFTER_A_LINK)
        parts.append(escape(text[end : found.start()]))
        parts.append(Markup('<a href="{0}">{0}</a>').format(address))
        end = found.start() + len(address)
    return Markup("").join([*parts, escape(text[end:])])
