"""The mail and the text by which a list goes out, in the language of the list. Neither names a service or a need."""

from datetime import datetime

from shared.web.catalogues import ENGLISH
from shared.web.languages import ASKED_BY
from shared.web.phrases import phrase, plain, speaking
from shared.web.spoken_dates import say_date


def list_address(url: str, language: str) -> str:
    return url if language == ENGLISH else f"{url}?{ASKED_BY}={language}"


def list_text(language: str, address: str, *, show_unchecked: bool) -> str:
    with speaking(language, show_unchecked=show_unchecked):
        return f"{plain(phrase('Here is the list that you asked for:'))} {address}"


def list_mail(language: str, address: str, until: datetime, *, show_unchecked: bool) -> tuple[str, str]:
    """Subject and text."""
    with speaking(language, show_unchecked=show_unchecked):
        subject = plain(phrase("A message for you"))
        parts = [
            phrase("Hello,"),
            phrase("Here is the list that you asked for:"),
            address,
            phrase("You can open this list until %(day)s.", day=say_date(until)),
            phrase("It does not say whose it is. You can delete this message when you have read it."),
            phrase("Nobody asked you about this? Then somebody mistyped an address. We have kept none."),
            phrase(
                "In an emergency, call 999. If you need to talk to someone now, call Samaritans free on 116 123."
            ),
            phrase("This message was sent by Kith. Please do not reply to it."),
        ]
        # Only the address stands right below the line that announces it.
        told = [plain(part) if part is not address else address for part in parts]
        text = "\n\n".join([told[0], f"{told[1]}\n{told[2]}", *told[3:]])
    return subject, text + "\n"
