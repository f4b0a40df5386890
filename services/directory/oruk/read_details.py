"""What a service record says besides: languages, money, telephone numbers, how to join, who assures it."""

from datetime import date
from decimal import Decimal

from services.directory.domain.assurance import Assurance, Assurer
from services.directory.domain.joining import JoinBy, JoinWay, Phone
from services.directory.domain.listing import CostOption, Funding
from services.directory.oruk.field_reader import FieldReader
from services.directory.oruk.language_tags import is_language_tag
from shared.vocabulary import vocabulary

HIGHEST_PRICE = Decimal(1_000_000)


def read_languages(record: FieldReader) -> tuple[str, ...]:
    by_name = {language.label.casefold(): language.code for language in vocabulary.languages().values()}
    codes = []
    for language in record.objects("languages"):
        code = language.optional_text("code")
        name = language.optional_text("name")
        if code is not None:
            if not is_language_tag(code):
                raise language.refuse("code", "not-a-language-tag")
            codes.append(code)
        elif name is not None and name.casefold() in by_name:
            codes.append(by_name[name.casefold()])
        else:
            language.remark("code", "no-language-known")
    if not codes:
        record.remark("languages", "none-known-so-english")
    return tuple(dict.fromkeys(codes)) or ("en",)


def read_funding(record: FieldReader) -> tuple[Funding, ...]:
    return tuple(Funding(each.uuid("id"), each.optional_text("source")) for each in record.objects("funding"))


def read_cost_options(record: FieldReader) -> tuple[CostOption, ...]:
    return tuple(_cost_option(each) for each in record.objects("cost_options"))


def read_phones(record: FieldReader) -> tuple[Phone, ...]:
    """Numbers of the service. Those of its contacts are people's, and are not read."""
    phones = []
    for phone in record.objects("phones"):
        number = phone.optional_text("number")
        if number is None:
            phone.remark("number", "missing")
            continue
        phones.append(
            Phone(
                id=phone.uuid("id"),
                number=number,
                extension=_extension(phone),
                kind=phone.optional_text("type"),
                description=phone.optional_text("description"),
            )
        )
    return tuple(phones)


def read_how_to_join(record: FieldReader, ways: tuple[JoinWay, ...]) -> JoinBy | None:
    words = record.optional_text("application_process")
    return JoinBy(ways, words) if ways or words else None


def read_assurance(record: FieldReader, assurer: Assurer) -> Assurance | None:
    said = record.optional_date("assured_date")
    return None if said is None else Assurance(date.fromisoformat(said), assurer)


def _extension(phone: FieldReader) -> str | None:
    """HSDS writes a number, many write text."""
    found = phone.values.get("extension")
    if isinstance(found, int) and not isinstance(found, bool):
        return str(found)
    return phone.optional_text("extension")


def _cost_option(option: FieldReader) -> CostOption:
    amount = option.optional_number("amount", Decimal(0), HIGHEST_PRICE)
    return CostOption(
        id=option.uuid("id"),
        valid_from=option.optional_date("valid_from"),
        valid_to=option.optional_date("valid_to"),
        option=option.optional_text("option"),
        amount=None if amount is None else f"{amount.quantize(Decimal('0.01')):f}",
        amount_description=option.optional_text("amount_description"),
    )
