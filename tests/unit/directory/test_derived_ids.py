"""Ids that are made in a hurry are the ones that have gone out before."""

from uuid import UUID, uuid5

from hypothesis import given
from hypothesis import strategies as st

from services.directory.oruk.derived_ids import derived_id


@given(st.uuids(), st.text())
def test_an_id_is_the_one_that_the_standard_library_makes(of: UUID, name: str) -> None:
    assert derived_id(of, name) == str(uuid5(of, name))
