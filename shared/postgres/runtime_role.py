"""Refuses a database role that row-level security would not hold: then every other guard of the rows is for show."""

from shared.postgres.pool import Pool

# Whoever may become the owner of a table, or a role that bypasses, is as good as it.
LOOK = """
SELECT current_user AS name,
    EXISTS (SELECT FROM pg_roles WHERE rolsuper AND pg_has_role(current_user, oid, 'MEMBER')) AS is_superuser,
    EXISTS (SELECT FROM pg_roles WHERE rolbypassrls AND pg_has_role(current_user, oid, 'MEMBER')) AS bypasses,
    EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
            AND pg_has_role(current_user, relowner, 'MEMBER')) AS owns_tables
"""
FAULTS = {
    "is_superuser": "is a superuser",
    "bypasses": "bypasses row-level security",
    "owns_tables": "owns the tables",
}


class UnsafeRole(RuntimeError):
    """The service would run as a role that may do more than a service may."""


async def refuse_unsafe_role(pool: Pool) -> None:
    """Raises UnsafeRole, in words that name the role and what is wrong with it."""
    row = await pool.fetchrow(LOOK)
    faults = [words for name, words in FAULTS.items() if row is not None and row[name]]
    if row is not None and faults:
        raise UnsafeRole(f"The role {row['name']} {' and '.join(faults)}: run the service as its own role.")
