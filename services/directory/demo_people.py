"""The made-up people of the demonstration: every role, several boroughs. They exist in demo mode alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from services.directory.domain.membership import Membership
from services.directory.storage.member_rows import add_member, give, memberships_of
from services.directory.use_cases.say_member import say_member
from shared.access.roles import LABELS, Role
from shared.postgres.pool import Connection
from shared.vocabulary.areas import areas

DEMO_ISSUER = "kith-demo"
SPACE = UUID("6b6f2f38-2f0c-5a37-9d0e-6f1d3f0c7a11")

CAMDEN, EALING, LAMBETH, NEWHAM, TOWER_HAMLETS = (
    "E09000007", "E09000009", "E09000022", "E09000025", "E09000030",
)  # fmt: skip
NORTH_EAST_LONDON = "E54000029"
POPLAR_MAKERS = UUID("9691d4be-3336-5f3b-b010-093717bf924c")
EALING_GOOD_NEIGHBOURS = UUID("cae1ed85-d8f7-5323-a3f5-688e971ca08e")
STRATFORD_SURGERY = uuid5(SPACE, "Stratford surgery")


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to sign in as: a name, a role and where."""

    key: str
    name: str
    role: Role
    area: str | None
    organisation_id: UUID | None = None
    organisation: str = ""

    @property
    def id(self) -> UUID:
        return uuid5(SPACE, self.key)

    @property
    def email(self) -> str:
        return f"{self.key}@staff.example.org"

    @property
    def role_name(self) -> str:
        return LABELS[self.role]

    @property
    def where(self) -> str:
        place = areas().name(self.area) if self.area else "all of Kith"
        return f"{self.organisation}, {place}" if self.organisation else place


DEMO_PEOPLE = (
    DemoPerson("amina", "Amina Yusuf", Role.LINK_WORKER, NEWHAM),
    DemoPerson("tom", "Tom Becker", Role.LINK_WORKER, TOWER_HAMLETS),
    DemoPerson("grace", "Grace Osei", Role.LINK_WORKER, LAMBETH),
    DemoPerson("nadia", "Nadia Rahman", Role.COORDINATOR, NEWHAM),
    DemoPerson("liam", "Liam Doyle", Role.COORDINATOR, EALING),
    DemoPerson("priya", "Dr Priya Shah", Role.REFERRER, NEWHAM, STRATFORD_SURGERY, "Stratford surgery"),
    DemoPerson("jo", "Jo Makepeace", Role.PROVIDER_STAFF, TOWER_HAMLETS, POPLAR_MAKERS, "Poplar Makers"),
    DemoPerson(
        "harjit", "Harjit Gill", Role.PROVIDER_STAFF, EALING, EALING_GOOD_NEIGHBOURS, "Ealing Good Neighbours"
    ),
    DemoPerson(
        "vera", "Vera Lindqvist", Role.VOLUNTEER, EALING, EALING_GOOD_NEIGHBOURS, "Ealing Good Neighbours"
    ),
    DemoPerson("sam", "Sam Whitaker", Role.SIGNPOSTER, CAMDEN),
    DemoPerson("caroline", "Caroline Adeyemi", Role.COMMISSIONER, NORTH_EAST_LONDON),
    DemoPerson("marcus", "Marcus Webb", Role.COMMISSIONER, CAMDEN),
    DemoPerson("ines", "Ines Castro", Role.AUDITOR, NORTH_EAST_LONDON),
    DemoPerson("olu", "Olu Bankole", Role.OPERATOR, None),
)


async def keep_demo_people(connection: Connection, now: datetime) -> None:
    """Adds whoever is missing; whose role was ended stays without it."""
    for person in DEMO_PEOPLE:
        added = await add_member(connection, person.id, DEMO_ISSUER, person.key, person.name, person.email)
        if not added or await memberships_of(connection, person.id):
            continue
        membership = Membership(
            uuid5(SPACE, f"{person.key} as {person.role}"),
            person.id,
            person.role,
            person.area,
            person.organisation_id,
            now,
            None,
        )
        await give(connection, membership, None)
        await say_member(connection, person.id, now)
