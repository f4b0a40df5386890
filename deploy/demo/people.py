"""Invented people: the same seed gives the same people. Nobody here exists, and nothing here can reach anybody.

NHS numbers are from the range 999, which is never issued; telephone numbers are of Ofcom's 07700 900xxx; addresses
are at example.org.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Literal

# fmt: off
GIVEN = {
    "female": ("Amina", "Grace", "Farzana", "Siobhan", "Blessing", "Meera", "Zofia", "Hodan", "Carol", "Ayşe", "Linh"),
    "male": ("Kwame", "Patrick", "Rahim", "Gurpreet", "Tomasz", "Yusuf", "Winston", "Mehmet", "Abdi", "Desmond", "Ion"),
}
FAMILY = (
    "Okafor", "Begum", "Murphy", "Singh", "Nowak", "Hassan", "Campbell", "Yilmaz", "Ahmed", "Williams", "Popescu",
    "Kaur", "Mensah", "Jones", "Chowdhury", "Byrne", "Osei", "Ali", "Kowalska", "Brown", "Demir", "Warsame", "Evans",
)
# fmt: on
PRACTICES = (
    ("E85001", "Southall Green Surgery"),
    ("F84012", "Poplar Lane Practice"),
    ("F86025", "Hoe Street Health Centre"),
    ("F83008", "Kilburn Grange Surgery"),
    ("G85034", "Coldharbour Practice"),
)
Door = Literal["gp", "self"]


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who is referred, or refers themselves."""

    number: int
    given_name: str
    family_name: str
    date_of_birth: date
    sex: str
    nhs_number: str = field(repr=False)
    email: str = field(repr=False)
    phone: str = field(repr=False)
    door: Door
    area: str
    needs: tuple[str, ...]
    language: str = "en"
    groups: tuple[str, ...] = ()
    can_travel: bool = True
    help_to_attend: tuple[str, ...] = ()
    postcode: str | None = field(default=None, repr=False)

    def as_gp_referral(self) -> dict[str, Any]:
        code, name = PRACTICES[self.number % len(PRACTICES)]
        return {
            "person": {
                "given_name": self.given_name,
                "family_name": self.family_name,
                "date_of_birth": self.date_of_birth.isoformat(),
                "nhs_number": self.nhs_number,
                "email": self.email,
                "phone": self.phone,
                "language": self.language,
                "sex": self.sex,
            },
            "area": self.area,
            "needs": list(self.needs),
            "groups": list(self.groups),
            "travel": "can-travel" if self.can_travel else "cannot-travel",
            "help_to_attend": list(self.help_to_attend),
            "postcode": self.postcode,
            "consent": True,
            "risks": "none-known",
            "referrer": {
                "practice_code": code,
                "name": name,
                "email": f"reception.{code.lower()}@example.org",
            },
        }


class Invented:
    """Makes people, each with an address of their own. `run` keeps the addresses of two runs apart."""

    def __init__(self, seed: int, run: str) -> None:
        self._random = Random(seed)  # noqa: S311 - invented people, not secrets
        self._run = run
        self._number = 0

    def someone(self, *, door: Door, area: str, needs: Sequence[str], **more: Any) -> Person:
        self._number += 1
        sex = more.pop("sex", None) or self._random.choice(("female", "male"))
        given, family = self._random.choice(GIVEN[sex]), self._random.choice(FAMILY)
        age = more.pop("age", None) or self._random.randint(25, 79)
        born = date(2026 - age, self._random.randint(1, 10), self._random.randint(1, 28))
        return Person(
            number=self._number,
            given_name=given,
            family_name=family,
            date_of_birth=born,
            sex=sex,
            nhs_number=nhs_number(self._random),
            email=f"person{self._number}.{self._run}@example.org",
            phone=f"07700 900{self._number % 1000:03}",
            door=door,
            area=area,
            needs=tuple(needs),
            **more,
        )


def nhs_number(random: Random) -> str:
    """A number of the range that is never issued, with a right check digit (modulus 11)."""
    while True:
        digits = "999" + "".join(str(random.randint(0, 9)) for _ in range(6))
        check = (
            11 - sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        )
        if check != 10:
            return digits + str(check % 11)
