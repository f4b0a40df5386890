"""Mails say little, in short words: no need, no condition and nobody's name in a subject."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, get_args
from uuid import UUID

import pytest

from services.notify.domain.message_rules import DIGEST_TEMPLATE, LIST_TEMPLATE
from services.notify.outbound.mail_text import (
    TEMPLATES,
    WHY_NOTHING,
    AddressUnusable,
    Mail,
    make_mail,
    render,
)
from shared.events.referral import UnmetReason
from shared.security.recipients import RecipientAnswer
from shared.security.signed_links import ORGANISATION_LINK_LIVES, Purpose
from shared.vocabulary.vocabulary import barriers, groups, needs

MESSAGES = sorted(file.stem for file in TEMPLATES.glob("*.txt") if not file.stem.endswith("_footer"))
LINK = "http://localhost:8080/referral/mine/abc"
NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
OF_PEOPLE = [
    "we-have-your-referral",
    "you-have-a-place",
    "you-are-waiting",
    "choose-a-group",
    "you-are-invited",
    "no-place-at-the-event",
    "no-place-meanwhile",
    "we-found-nothing-yet",
    "how-are-you",
]
OF_REFERRERS = {"they-have-a-place", "we-found-nothing-for-them", "they-have-stopped", "they-have-finished"}


def recipient(address: str = "ada@example.org", name: str = "Ada") -> RecipientAnswer:
    return RecipientAnswer(address=address, name=name, link=LINK)


def parsed(mail: Mail) -> EmailMessage:
    read = message_from_bytes(mail.content, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


@pytest.mark.parametrize("template", MESSAGES)
def test_every_template_has_a_subject_and_the_link_or_the_reference(template: str) -> None:
    subject, text = render(
        template, name="Ada", link=LINK, service_name="Tea and talk", reference="K7M-4XQ-W9D"
    )

    assert 5 < len(subject) < 60
    assert "\n" not in subject
    assert ("K7M-4XQ-W9D" in text) == (template in OF_REFERRERS)
    assert (LINK in text.splitlines()) == (template not in OF_REFERRERS)
    assert text.startswith("Hello Ada,")


@pytest.mark.parametrize("template", MESSAGES)
def test_a_subject_is_the_same_for_everybody_and_names_no_need(template: str) -> None:
    subject, _ = render(template, name="Ada", link=LINK, service_name="Tea and talk")
    other, _ = render(template, name="Bo", link=None, service_name=None)
    words = {term.label.lower() for term in (*needs().values(), *groups().values())}

    assert subject == other
    assert not [word for word in words if word in subject.lower()]


@pytest.mark.parametrize("template", MESSAGES)
def test_a_sensitive_service_is_not_named(template: str) -> None:
    _, text = render(template, name="Ada", link=LINK, service_name=None, reference="K7M-4XQ-W9D")

    assert "None" not in text
    assert "with ." not in text


@pytest.mark.parametrize("template", OF_PEOPLE)
def test_a_person_is_written_to_in_short_sentences_and_told_where_help_is_now(template: str) -> None:
    _, text = render(template, name="Ada", link=LINK, service_name="Tea and talk")
    sentences = [each.split() for each in re.split(r"[.:?!]\s", text.replace(LINK, "")) if each.split()]
    words = [word for sentence in sentences for word in sentence]

    assert max(len(sentence) for sentence in sentences) <= 20
    assert sum(len(word) for word in words) / len(words) < 4.8
    assert "999" in text
    assert "116 123" in text


def test_the_same_message_has_the_same_message_id_each_time() -> None:
    mails = [
        make_mail(
            UUID(int=7), "how-are-you", recipient(), service_name=None, mail_from="k@kith.invalid", now=NOW
        )
        for _ in range(2)
    ]

    assert {parsed(mail)["Message-ID"] for mail in mails} == {
        "<00000000-0000-0000-0000-000000000007@kith.invalid>"
    }


@pytest.mark.parametrize("address", ["no-at-sign", "a@b\r\nBcc: c@example.org", "@@@", "a b@example.org"])
def test_what_is_no_address_gets_no_mail(address: str) -> None:
    with pytest.raises(AddressUnusable):
        make_mail(
            UUID(int=7),
            "how-are-you",
            recipient(address),
            service_name=None,
            mail_from="k@kith.invalid",
            now=NOW,
        )


@pytest.mark.asvs("V1.3.3", "V1.3.11")
def test_a_name_cannot_add_a_header() -> None:
    made = make_mail(
        UUID(int=7),
        "how-are-you",
        recipient(name="Zoë Ó Brádaigh\r\nBcc: c@example.org"),
        service_name=None,
        mail_from="Kith <k@kith.invalid>",
        now=NOW,
    )

    mail = parsed(made)
    assert mail["Bcc"] is None
    assert "Hello Zoë Ó Brádaigh" in mail.get_content()
    assert LINK in mail.get_content().splitlines()
    assert made.content.isascii()
    assert "example.org" not in repr(made)


@pytest.mark.parametrize("template", ["place-taken", "how-to-reach-them"])
def test_how_long_the_link_to_who_somebody_is_works_is_said_as_it_is(template: str) -> None:
    _, text = render(template, name="Ada", link=LINK, service_name=None)
    minutes = ORGANISATION_LINK_LIVES[Purpose.PERSON_CONTACT].total_seconds() / 60

    assert f"works for {minutes:.0f} minutes" in text


def weekly(link: str | None, template: str = DIGEST_TEMPLATE) -> EmailMessage:
    reader = RecipientAnswer(address="ada@example.org", name="Ada", link=link, subject="On", text="All of it")
    made = make_mail(UUID(int=7), template, reader, service_name=None, mail_from="k@kith.invalid", now=NOW)
    return parsed(made)


STOP = "https://kith.example.org/directory/digest/" + "t" * 300


def test_a_weekly_mail_can_be_stopped_by_the_button_of_a_mail_program() -> None:
    """RFC 2369 and RFC 8058."""
    mail = weekly(STOP)

    assert mail["List-Unsubscribe"] == f"<{STOP}>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_no_program_is_asked_to_post_in_the_open() -> None:
    mail = weekly(LINK)

    assert mail["List-Unsubscribe"] == f"<{LINK}>"
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(
    "link", [None, "javascript:1", "https://kith.example.org/a\r\nBcc: c@example.org", "https://a/>,<b"]
)
def test_what_is_no_link_is_in_no_header(link: str | None) -> None:
    mail = weekly(link)

    assert (mail["List-Unsubscribe"], mail["List-Unsubscribe-Post"], mail["Bcc"]) == (None, None, None)


@pytest.mark.parametrize("template", [LIST_TEMPLATE, "how-are-you"])
def test_what_comes_once_has_nothing_to_stop(template: str) -> None:
    assert weekly(STOP, template)["List-Unsubscribe"] is None


@pytest.mark.parametrize("reason", sorted({*get_args(UnmetReason), *barriers()} - {"person-withdrew"}))
def test_each_reason_for_which_nothing_was_found_is_said_in_words(reason: str) -> None:
    said: dict[str, Any] = {"name": "Ada", "link": None, "service_name": None, "reference": "K7M-4XQ-W9D"}

    _, without = render("we-found-nothing-for-them", **said)
    _, text = render("we-found-nothing-for-them", unmet_reason=reason, **said)

    assert text == without.replace("anything that suits.", f"anything that suits. {WHY_NOTHING[reason]}")
    assert text != without
