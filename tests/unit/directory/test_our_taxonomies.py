"""The ids of our terms are a published promise: the pack and other people's filters hold them."""

from uuid import UUID

from services.directory.oruk import our_taxonomies as ours


def test_the_ids_of_terms_never_change() -> None:
    assert ours.term_id(ours.NEEDS, "loneliness") == UUID("2586e7c8-fa00-5497-bc54-b27e33e259b5")
    assert ours.term_id(ours.GROUPS, "older-people") == UUID("648f4b97-e2ee-56de-9d7f-e7857a9749e9")


def test_an_unknown_taxonomy_of_ours_has_no_terms() -> None:
    assert ours.our_terms("kith-nonsense") == {}
