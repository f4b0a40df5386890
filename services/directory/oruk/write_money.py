"""What a service costs → Open Referral UK cost options."""

from decimal import Decimal

from services.directory.domain.service import Service
from services.directory.oruk.write_details import JsonObject, without_empty


def cost_option_records(service: Service) -> list[JsonObject]:
    return [
        without_empty(
            {
                "id": str(option.id),
                "valid_from": option.valid_from,
                "valid_to": option.valid_to,
                "option": option.option,
                "amount": _number(option.amount),
                "amount_description": option.amount_description,
            }
        )
        for option in service.cost_options
    ]


def _number(amount: str | None) -> int | float | None:
    """A JSON number; a price of two decimals survives the way through a float and back."""
    if amount is None:
        return None
    exact = Decimal(amount)
    return int(exact) if exact == exact.to_integral_value() else float(exact)
