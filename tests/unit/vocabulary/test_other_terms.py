"""Terms of others are of codes that we have, each with the source that it was read in, and SNOMED's pass their check."""

from shared.vocabulary import vocabulary
from shared.vocabulary.other_terms import by_code, mapped_terms

# The multiplication of the dihedral group of ten, and the permutation of each place, as Verhoeff gave them.
TIMES = (
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
)
PLACES = (
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
)


def passes_verhoeff(number: str) -> bool:
    check = 0
    for place, digit in enumerate(reversed(number)):
        check = int(TIMES[check][int(PLACES[place % 8][int(digit)])])
    return check == 0


def test_every_term_is_of_a_code_that_we_have_and_names_its_source() -> None:
    ours = {"need": vocabulary.needs(), "group": vocabulary.groups()}

    for term in mapped_terms():
        assert term.code in ours[term.kind], term
        assert term.source, term
        assert term.uri.startswith("http://"), term


def test_no_term_of_others_has_two_meanings() -> None:
    assert len({(term.scheme, term.id) for term in mapped_terms()}) == len(mapped_terms())
    assert len(by_code()["need", "housing"]) == 3


def test_snomed_ids_pass_the_check_digit() -> None:
    ids = [term.id for term in mapped_terms() if term.scheme == "snomed"]

    assert ids
    assert [number for number in ids if not passes_verhoeff(number)] == []
    assert not passes_verhoeff("422650008")
