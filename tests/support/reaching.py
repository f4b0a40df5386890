"""How far a test's own look reaches: into every borough, where the service under test says its reach itself."""

from urllib.parse import quote

from shared.postgres.pool import Pool, open_pool
from shared.postgres.reach import areas_reach
from shared.vocabulary.vocabulary import boroughs

EVERYWHERE = areas_reach(boroughs())


async def looking_pool(dsn: str, largest: int = 8) -> Pool:
    """Statements outside of `transaction` see every borough; inside, its own reach counts."""
    areas = quote("{" + ",".join(sorted(boroughs())) + "}")
    return await open_pool(f"{dsn}?kith.areas={areas}", application="test", largest=largest)
