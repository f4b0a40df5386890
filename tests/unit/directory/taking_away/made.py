"""A service to take away, as these tests change it."""

from datetime import UTC, datetime, time
from uuid import UUID

from services.directory.domain.catchment import Catchment
from services.directory.domain.joining import JoinBy, Phone
from services.directory.domain.opening import Opening
from services.directory.domain.organisation import Organisation
from services.directory.domain.place import Address, Place
from services.directory.domain.service import Service, Suitability
from services.directory.whats_on.programme import Listing

CHANGED = datetime(2026, 1, 5, 9, 30, tzinfo=UTC)
TEA = Opening(UUID(int=31), "WEEKLY", days=("TU",), opens_at=time(10), closes_at=time(12, 30))
HALL = Place(
    UUID(int=41),
    UUID(int=42),
    "physical",
    name="Hall",
    latitude=51.58,
    longitude=-0.02,
    addresses=(Address(UUID(int=43), "physical", "1 High Street", "Walthamstow", "London", "E17 4PP", "GB"),),
)
SERVICE = Service(
    UUID(int=11),
    UUID(int=21),
    "Tea & talk; for all",
    "active",
    (),
    Catchment(areas=("E09000031",)),
    Suitability(needs=("loneliness",), suits=("men",), minimum_age=60, access=("step-free",)),
    description="Tea every week. We listen. You can bring a friend.",
    opening=(TEA,),
    places=(HALL,),
    phones=(Phone(UUID(int=51), "020 7946 0001"),),
    how_to_join=JoinBy(("just-come",)),
    fees="Free",
)
TEA_FOLK = Organisation(UUID(int=21), "Tea folk", "They make tea.", email="tea@example.org")
LISTING = Listing(SERVICE, TEA_FOLK, CHANGED)
