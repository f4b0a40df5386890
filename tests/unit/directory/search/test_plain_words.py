"""What people write finds what they mean, in their language and with their spelling."""

from dataclasses import replace

import pytest

from services.directory.search.index import MenuIndex
from services.directory.search.meanings import meanings
from services.directory.search.query import Query
from services.directory.search.reading import KnownWords, nearest_word, read_words
from services.directory.search.words import STOP_WORDS, stem, words_of
from shared.vocabulary import vocabulary
from tests.support.generated_menu import NOW, generated_menu

NOTHING_KNOWN = KnownWords({}, {}, frozenset())

PHRASES = [
    ("lonely", "loneliness"),
    ("I feel so alone", "loneliness"),
    ("I want to make friends", "loneliness"),
    ("nobody to talk to, isolated", "loneliness"),
    ("someone to talk to", "mental-wellbeing"),
    ("counselling", "mental-wellbeing"),
    ("I am depressed", "mental-wellbeing"),
    ("panic attacks", "mental-wellbeing"),
    ("can't cope", "mental-wellbeing"),
    ("feeling low", "mental-wellbeing"),
    ("therapist", "mental-wellbeing"),
    ("benefits", "money-advice"),
    ("help with PIP", "money-advice"),
    ("universal credit", "money-advice"),
    ("I'm in debt", "money-advice"),
    ("bailiffs", "money-advice"),
    ("cost of living", "money-advice"),
    ("help with forms, filling in forms", "money-advice"),
    ("being evicted", "housing"),
    ("rent arrears", "housing"),
    ("mould in my flat", "housing"),
    ("nowhere to live", "housing"),
    ("landlord", "housing"),
    ("swimming", "physical-activity"),
    ("walking group", "physical-activity"),
    ("tai chi", "physical-activity"),
    ("exercise class", "physical-activity"),
    ("falls prevention", "physical-activity"),
    ("food bank", "healthy-eating"),
    ("lose weight", "healthy-eating"),
    ("cooking", "healthy-eating"),
    ("diabetes", "healthy-eating"),
    ("find a job", "employment"),
    ("learn English", "employment"),
    ("ESOL", "employment"),
    ("volunteering", "employment"),
    ("I am a carer", "carers"),
    ("I look after my husband", "carers"),
    ("respite", "carers"),
    ("my husband died", "bereavement"),
    ("grieving", "bereavement"),
    ("passed away", "bereavement"),
    ("domestic violence", "domestic-abuse"),
    ("he hits me", "domestic-abuse"),
    ("I'm scared of my partner", "domestic-abuse"),
    ("asylum", "newly-arrived"),
    ("leave to remain", "newly-arrived"),
    ("menopause", "womens-health"),
    ("I am pregnant", "womens-health"),
    ("men's shed", "mens-groups"),
    ("mens group", "mens-groups"),
    ("choir", "creative"),
    ("knitting", "creative"),
    ("gardening", "creative"),
    ("lift to hospital", "practical-help"),
    ("odd jobs", "practical-help"),
    ("help with my computer", "practical-help"),
    ("shopping", "practical-help"),
    ("houseing", "housing"),
    ("swiming", "physical-activity"),
    ("respit", "carers"),
    ("choire", "creative"),
    ("shoping", "practical-help"),
    ("keli", "loneliness"),
    ("lacag", "money-advice"),
    ("shaqo", "employment"),
    ("وحيدة", "loneliness"),
    ("ديون", "money-advice"),
    ("القلق", "mental-wellbeing"),
    ("একা", "loneliness"),
    ("ভাতা", "money-advice"),
    ("চাকরি", "employment"),
    ("samotność", "loneliness"),
    ("samotnosc", "loneliness"),
    ("zasiłki", "money-advice"),
    ("przemoc domowa", "domestic-abuse"),
]

SLIPS = [
    ("lonley", "loneliness"),
    ("lonelyness", "loneliness"),
    ("isolatd", "loneliness"),
    ("freinds make friends", "loneliness"),
    ("conselling", "mental-wellbeing"),
    ("counceling", "mental-wellbeing"),
    ("councelling", "mental-wellbeing"),
    ("deppression", "mental-wellbeing"),
    ("depresion", "mental-wellbeing"),
    ("anxeity", "mental-wellbeing"),
    ("anxity", "mental-wellbeing"),
    ("therepy", "mental-wellbeing"),
    ("benifits", "money-advice"),
    ("beneftis", "money-advice"),
    ("dept", "money-advice"),
    ("bailifs", "money-advice"),
    ("monney", "money-advice"),
    ("evicion", "housing"),
    ("homless", "housing"),
    ("landlrod", "housing"),
    ("exercize", "physical-activity"),
    ("excercise", "physical-activity"),
    ("walkign", "physical-activity"),
    ("dancin", "physical-activity"),
    ("diabetis", "healthy-eating"),
    ("coooking", "healthy-eating"),
    ("voluntering", "employment"),
    ("voluntering course", "employment"),
    ("unemployd", "employment"),
    ("berevement", "bereavement"),
    ("bereavment", "bereavement"),
    ("greif", "bereavement"),
    ("voilence", "domestic-abuse"),
    ("abusve", "domestic-abuse"),
    ("assylum", "newly-arrived"),
    ("imigration", "newly-arrived"),
    ("menapause", "womens-health"),
    ("pregnent", "womens-health"),
    ("gardning", "creative"),
    ("computor", "practical-help"),
]


def needs_meant(text: str) -> set[str]:
    reading = read_words(text, NOTHING_KNOWN)
    return {code for part in reading.parts for facet, code in part.codes if facet == "needs"}


@pytest.mark.parametrize(("text", "need"), PHRASES)
def test_plain_words_mean_a_need(text: str, need: str) -> None:
    assert need in needs_meant(text)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("something for older people", ("groups", "older-people")),
        ("over 60s", ("groups", "older-people")),
        ("club for gay men", ("groups", "lgbtq")),
        ("who speak Somali", ("languages", "so")),
        ("Polski", ("languages", "pl")),
        ("সোমালি", ("groups", "somali-community")),
        ("wheelchair access", ("access", "step-free")),
        ("deaf", ("access", "bsl")),
        ("I'm housebound", ("delivery", "home-visit")),
        ("after work", ("when", "evenings")),
        ("at the weekend", ("when", "weekends")),
        ("yoga open now", ("when", "now")),
        ("no waiting list", ("space", "yes")),
        ("female counsellor", ("worker_sex", "female")),
    ],
)
def test_plain_words_mean_other_things_too(text: str, meaning: tuple[str, str]) -> None:
    assert meaning in {code for part in read_words(text, NOTHING_KNOWN).parts for code in part.codes}


@pytest.mark.parametrize(("text", "need"), SLIPS)
def test_a_slip_of_the_pen_is_put_right_and_told(text: str, need: str) -> None:
    assert need in needs_meant(text)
    assert read_words(text, NOTHING_KNOWN).corrected
    assert not read_words(text, NOTHING_KNOWN, as_written=True).corrected


def test_no_phrase_means_something_that_the_vocabulary_does_not_have() -> None:
    known = {
        "needs": vocabulary.needs(),
        "groups": vocabulary.groups(),
        "access": vocabulary.access_terms(),
        "delivery": vocabulary.delivery_modes(),
        "languages": vocabulary.languages(),
        "when": {"now", "today", "evenings", "weekends"},
        "space": {"yes"},
        "worker_sex": {"female", "male"},
    }

    assert all(code in known[facet] for codes in meanings().values() for facet, code in codes)


def test_every_need_has_phrases() -> None:
    reached = {code for codes in meanings().values() for facet, code in codes if facet == "needs"}

    assert reached == set(vocabulary.needs())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("walks", "walking"),
        ("families", "family"),
        ("classes", "class"),
        ("swimming", "swim"),
        ("carers", "carer"),
    ],
)
def test_endings_do_not_part_words(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("car", "caring"), ("bus", "buse"), ("hat", "hate")])
def test_short_words_stay_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_accents_case_and_apostrophes_are_forgiven_and_bengali_signs_are_kept() -> None:
    assert words_of("CAFÉ, Men's  & Men\N{RIGHT SINGLE QUOTATION MARK}s") == ["cafe", "mens", "mens"]
    assert words_of("ভাতা") == ["ভাতা"]
    assert words_of("أصدقاء") == words_of("اصدقاء")
    assert set(words_of(" ".join(STOP_WORDS))) == STOP_WORDS


def test_a_word_that_nobody_uses_is_left_out_and_told() -> None:
    index = MenuIndex(made.entry() for made in generated_menu(60))

    both, alone = index.search(Query("xyzzy lonely"), NOW), index.search(Query("xyzzy"), NOW)

    assert both.unknown == ("xyzzy",)
    assert both.total == index.search(Query("lonely"), NOW).total > 0
    assert (alone.unknown, alone.total) == (("xyzzy",), 0)


def test_where_nobody_has_all_words_those_with_some_are_shown_and_it_is_told() -> None:
    index = MenuIndex(made.entry() for made in generated_menu(60))

    found = index.search(
        Query("choir for lonely asylum seekers with diabetes and debts and a men's shed"), NOW
    )

    assert found.total > 0
    assert not found.has_all_words


def test_the_fewest_slips_count_and_then_what_most_services_say() -> None:
    counts = {"tangos": 9, "tango": 1, "tanga": 5, "mango": 99}
    letters = {"t": dict.fromkeys(["tangos", "tango", "tanga"]), "m": {"mango": None}}
    known = KnownWords(counts, letters, frozenset(map(stem, counts)))

    assert nearest_word("tangoss", known) == "tangos"
    assert nearest_word("tangu", known) == "tanga"
    assert nearest_word("tangy", replace(known, counts=counts | {"tango": 50})) == "tango"
    assert nearest_word("ta", known) is None


def test_a_word_that_went_with_its_service_is_unknown_and_nothing_is_corrected_to_it() -> None:
    entries = [made.entry() for made in generated_menu(5)]
    odd = replace(entries[0], words={"marmalade": 8})
    index = MenuIndex([odd, *entries[1:]])
    assert index.search(Query("marmelade"), NOW).corrected == (("marmelade", "marmalade"),)

    index.remove([odd.id])

    assert index.search(Query("marmelade"), NOW).unknown == ("marmelade",)
    assert index.search(Query("marmalade"), NOW).unknown == ("marmalade",)
