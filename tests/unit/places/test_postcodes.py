import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.places.postcodes import (
    Entry,
    PackDamaged,
    PostcodeIndex,
    district_keys,
    parted_district_keys,
    postcode_key,
    write_index,
)

MARK = b"8 bytes!"
POSTCODES = st.from_regex(r"\A[A-Z]{1,2}[0-9][A-Z0-9]?[0-9][A-Z]{2}\Z")


def key_of(text: str) -> int:
    key = postcode_key(text)
    assert key is not None
    return key


def entry(text: str, area: int = 0, *, ended: bool = False) -> Entry:
    return Entry(key_of(text), area, (51.58, -0.02), ended)


@pytest.mark.parametrize(
    "written",
    [
        "E17 4PP", "e17 4pp", "E174PP", "  e17\t4pp ", "E17\N{NO-BREAK SPACE}4PP", "e17-4pp", "E17  4 PP.",
        "\N{FULLWIDTH LATIN CAPITAL LETTER E}17 4PP", "E17\N{ZERO WIDTH SPACE} 4PP",
        "E\N{ARABIC-INDIC DIGIT ONE}\N{ARABIC-INDIC DIGIT SEVEN} \N{ARABIC-INDIC DIGIT FOUR}PP",
    ],
)  # fmt: skip
def test_a_postcode_is_one_however_it_is_written(written: str) -> None:
    assert postcode_key(written) == postcode_key("E17 4PP")


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "E17",
        "E17 4P",
        "E17 44P",
        "17E 4PP",
        "EEE1 4PP",
        "E17 4PPX",
        "\N{LATIN SMALL LETTER LONG S}17 4PPx\x00",
        "E17 4PP" * 9,
        "🙂",
    ],
)
def test_what_is_not_written_like_a_postcode_is_none(written: str) -> None:
    assert postcode_key(written) is None


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert postcode_key(text) is None or postcode_key(text) == postcode_key(text.lower().upper())


@given(POSTCODES, POSTCODES)
def test_two_postcodes_never_share_a_key(one: str, other: str) -> None:
    assert (key_of(one) == key_of(other)) == (one == other)


@given(st.sets(POSTCODES, max_size=60), POSTCODES)
def test_the_index_finds_what_was_put_in_and_nothing_else(there: set[str], asked: str) -> None:
    rows = {text: entry(text, number, ended=number % 3 == 0) for number, text in enumerate(sorted(there))}
    index = PostcodeIndex(write_index(rows.values(), areas_mark=MARK), areas_mark=MARK)

    assert len(index) == len(there)
    assert {text: index.find(key_of(text)) for text in there} == rows
    assert (index.find(key_of(asked)) is not None) == (asked in there)


def test_the_numbers_at_both_ends_are_kept_whole() -> None:
    first, last = Entry(key_of("A1 0AA"), 0, (-89.99999, -180.0), ended=False), Entry(
        key_of("ZZ9Z 9ZZ"), 65_535, (89.99999, 180.0), ended=True
    )  # fmt: skip
    index = PostcodeIndex(write_index([last, first], areas_mark=MARK), areas_mark=MARK)

    assert [index.entry(0), index.entry(1)] == [first, last]


def test_a_district_holds_its_own_postcodes_alone() -> None:
    texts = ["E1 1AA", "E1 9ZZ", "E1W 1AA", "E17 4PP", "E2 1AA", "EC1A 1AA", "EC1Y 8ZZ", "EC2A 1AA"]
    index = PostcodeIndex(write_index(map(entry, texts), areas_mark=MARK), areas_mark=MARK)

    def of(keys: tuple[int, int] | None) -> list[int]:
        assert keys is not None
        return [index.entry(at).key for at in index.between(*keys)]

    assert of(district_keys("e1")) == [key_of("E1 1AA"), key_of("E1 9ZZ")]
    assert of(district_keys("E17 ")) == [key_of("E17 4PP")]
    assert of(district_keys("EC1")) == []
    assert of(parted_district_keys("EC1")) == [key_of("EC1A 1AA"), key_of("EC1Y 8ZZ")]
    assert district_keys("E17 4PP") is parted_district_keys("E17 4PP") is district_keys("Chapel") is None


def test_a_postcode_said_twice_is_not_written() -> None:
    with pytest.raises(PackDamaged, match="twice"):
        write_index([entry("E17 4PP", 1), entry("e174pp", 2)], areas_mark=MARK)


@pytest.mark.parametrize(
    ("image", "mark", "why"),
    [
        (b"", MARK, "cut short"),
        (write_index([entry("E17 4PP")], areas_mark=MARK)[:-1], MARK, "cut short"),
        (write_index([entry("E17 4PP")], areas_mark=MARK) + b"x", MARK, "cut short"),
        (b"PK" + write_index([entry("E17 4PP")], areas_mark=MARK)[2:], MARK, "another kind"),
        (write_index([entry("E17 4PP")], areas_mark=MARK), b"other---", "another list of areas"),
    ],
)
def test_a_damaged_file_is_refused_and_never_answers(image: bytes, mark: bytes, why: str) -> None:
    with pytest.raises(PackDamaged, match=why):
        PostcodeIndex(image, areas_mark=mark)


def test_neither_the_postcode_nor_its_point_is_shown_by_accident() -> None:
    assert repr(entry("E17 4PP")) == "Entry(area=0, ended=False)"
