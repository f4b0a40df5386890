"""What the lists of the scenarios name: services in boroughs and of needs that no other scenario is about."""

from dataclasses import dataclass, field
from uuid import uuid4

from tests.scenarios.listed_services import Group, Record, Spot, gss, listed, within
from tests.unit.directory.records import attribute

NEWHAM, SUTTON, SUTTON_CENTRAL, TOWER_HAMLETS = "E09000025", "E09000029", "E05013765", "E09000030"
BROMLEY, MERTON = "E09000006", "E09000024"
HILLINGDON, KINGSTON = "E09000017", "E09000021"
HIGH_STREET = Spot("Sutton library", "St Nicholas Way", "SM1 1EA", 51.36163, -0.19492)
GREEN_STREET = Spot("Green Street hall", "Green Street", "E7 8LE", 51.53945, 0.03137)
BOLEYN = Spot("Boleyn garden", "Barking Road", "E13 9AT", 51.53543, 0.03554)
SHORTLANDS = Spot("Shortlands pavilion", "Kingswood Road", "BR1 1HA", 51.40376, 0.01445)
EVERY_DAY = ("MO,TU,WE,TH,FR,SA,SU", "09:30:00", "11:00:00")


def _mailbox(group: str) -> str:
    return f"{group}-{uuid4().hex[:8]}@{group}.example.org"


def _circle(name: str, group: str) -> Record:
    """The same women at the same hour in the same hall, in the words of two lists."""
    return listed(
        name,
        Group("Green Street Women", _mailbox(group)),
        gss(NEWHAM),
        need="womens-health",
        home=NEWHAM,
        spot=GREEN_STREET,
        hours=("TU", "10:00:00", "12:00:00"),
        url="https://green-street-women.example.org/circle",
        phones=[{"id": str(uuid4()), "number": "020 7946 0111"}],
    )


def _refuge() -> Record:
    """Its list gives the address by mistake."""
    return listed(
        "Safe in Sutton",
        Group("Safe in Sutton", _mailbox("safe-in-sutton")),
        gss(SUTTON),
        need="domestic-abuse",
        home=SUTTON,
        spot=Spot("The house", "13 Hidden Lane", "SM6 7HA", 51.37985, -0.15455),
        hidden=True,
    )


def _walk() -> Record:
    group = Group("Shortlands Walkers", _mailbox("shortlands"))
    return listed(
        "Shortlands evening stroll",
        group,
        gss(BROMLEY),
        need="physical-activity",
        home=BROMLEY,
        spot=SHORTLANDS,
        hours=("WE", "18:00:00", "19:30:00"),
    )


def _garden() -> Record:
    """Nobody has said for long that this is right."""
    return listed(
        "Boleyn bean garden",
        Group("Boleyn Gardeners", _mailbox("boleyn")),
        gss(NEWHAM),
        need="practical-help",
        home=NEWHAM,
        spot=BOLEYN,
        hours=("SA", "10:00:00", "12:00:00"),
        assured_date="2025-03-01",
    )


def _makers(name: str, group: str) -> Record:
    organisation = Group(group.replace("-", " ").title(), _mailbox(group))
    return listed(name, organisation, gss(TOWER_HAMLETS), need="practical-help", home=TOWER_HAMLETS)


def _catchments() -> dict[str, Record]:
    areas = {
        "everywhere": ("Newcomers of London", gss("everywhere")),
        "borough": ("Welcome to the borough", gss(SUTTON)),
        "ward": ("Central ward kettle", gss(SUTTON_CENTRAL)),
        "radius": ("Round the corner English", within(800, HIGH_STREET)),
    }
    return {
        kind: listed(name, Group(name, _mailbox(f"newly-{kind}")), area, need="newly-arrived", home=SUTTON)
        for kind, (name, area) in areas.items()
    }


def _on_each_day(name: str, need: str, group: str) -> Record:
    return listed(
        name,
        Group(name, _mailbox(group)),
        gss(SUTTON),
        need=need,
        home=SUTTON,
        spot=HIGH_STREET,
        hours=EVERY_DAY,
    )


def _pool(kind: str, name: str) -> Record:
    return {**attribute("kith-pools", kind, value=name), "id": str(uuid4())}


def _worker(name: str, team: Group, area: str, *suits: str) -> Record:
    """One link worker of a team: an entry of their own, with what can be full of them."""
    entry = listed(name, team, gss(area), need="link-worker", home=area)
    groups = [{**attribute("kith-groups", each), "id": str(uuid4())} for each in suits]
    entry["attributes"] += [_pool("caseload", name), *groups]
    return entry


def _workers() -> dict[str, Record]:
    team = Group("Hayes link workers", _mailbox("hayes-link"))
    return {
        "general": _worker("Anjali of Hayes", team, HILLINGDON),
        "specialist": _worker("Ruth of Uxbridge", team, HILLINGDON, "severe-mental-illness"),
    }


def _interpreters() -> Record:
    """They come along, and have no place of their own to offer."""
    entry = listed(
        "Surbiton Somali voices", Group("Surbiton voices", _mailbox("surbiton-voices")), gss(KINGSTON),
        need="practical-help", home=KINGSTON, languages=[{"id": str(uuid4()), "code": "so", "name": "Somali"}],
    )  # fmt: skip
    entry["attributes"].append(_pool("interpreter", "Somali interpreters"))
    return entry


@dataclass(frozen=True)
class Listed:
    """What stands on the lists; each is of one scenario."""

    circle: Record = field(default_factory=lambda: _circle("Green Street women's circle", "green-street"))
    twin: Record = field(default_factory=lambda: _circle("Womens Circle, Green Street", "green-street-women"))
    refuge: Record = field(default_factory=_refuge)
    walk: Record = field(default_factory=_walk)
    garden: Record = field(default_factory=_garden)
    below: Record = field(default_factory=lambda: _makers("Women who mend", "poplar-menders"))
    beside: Record = field(default_factory=lambda: _makers("Letters and lace", "limehouse-letters"))
    catchments: dict[str, Record] = field(default_factory=_catchments)
    clay: Record = field(default_factory=lambda: _on_each_day("Sutton clay hour", "creative", "sutton-clay"))
    strides: Record = field(
        default_factory=lambda: _on_each_day("Slow strides", "physical-activity", "slow-strides")
    )

    workers: dict[str, Record] = field(default_factory=_workers)
    kingston_worker: Record = field(
        default_factory=lambda: _worker(
            "Moira of Surbiton", Group("Surbiton link workers", _mailbox("surbiton-link")), KINGSTON
        )
    )
    interpreters: Record = field(default_factory=_interpreters)

    @property
    def routed(self) -> list[Record]:
        apart = [*self.workers.values(), self.kingston_worker, self.interpreters]
        return [self.circle, self.refuge, self.walk, self.garden, self.below, self.beside, *apart]

    @property
    def only_shown(self) -> list[Record]:
        return [*self.catchments.values(), self.clay, self.strides]
