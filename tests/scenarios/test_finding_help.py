"""People find what is there for them, and are not shown what is not."""

import re
from collections.abc import Callable

import pytest

from shared.vocabulary import vocabulary
from tests.browser import keyboard
from tests.scenarios.looking import (
    AWAY,
    CAMDEN,
    LAMBETH,
    REDBRIDGE,
    WALTHAMSTOW,
    Looker,
    Service,
    at_the_weekend,
    expected,
    id_of,
    in_the_evening,
    languages,
    of_the_pack,
    terms,
)
from tests.scenarios.scene import Scene
from tests.support.london_sample import sample_services

EALING_MENU = "/directory/menu/E09000009"


async def test_the_menu_of_a_place_is_one_page_and_one_answer(looker: Looker, scene: Scene) -> None:
    """LEI-2: all that takes people from there, under the same headings everywhere, for people and for programs."""
    await looker.go("/")
    await looker.follow("All help in your area")
    await looker.page.get_by_label("Your postcode or area").fill(WALTHAMSTOW.postcode)
    await looker.press(looker.page.get_by_role("button", name="Show services"))
    menu = await scene.client.call(None, "GET", looker.page.url.removeprefix(looker.ear.origin))
    headings = await looker.page.locator(".kith-need h2").all_inner_texts()
    links = await looker.page.locator(".kith-need li a").all()
    shown = {str(await each.get_attribute("href")).rpartition("/")[2] for each in links}

    assert headings == [need["label"] for need in menu["needs"]]
    assert of_the_pack([each["id"] for need in menu["needs"] for each in need["services"]]) == expected(
        WALTHAMSTOW, lambda _: True
    )
    for need in menu["needs"]:
        assert {each["id"] for each in need["services"][:6]} <= shown
    assert looker.asked_with_a_postcode() == []

    await looker.go(EALING_MENU)
    in_order = [term.label for term in vocabulary.needs().values()]
    for each in (headings, await looker.page.locator(".kith-need h2").all_inner_texts()):
        assert each == [label for label in in_order if label in each]


async def test_help_near_me_is_found_by_a_postcode_that_stands_in_no_address(looker: Looker) -> None:
    """LEE-4: the nearest first, of those that take people from there."""
    await looker.near(WALTHAMSTOW.postcode)
    await looker.follow("distance")
    told = re.findall(r"About ([\d.]+) miles away|(Very near)", await looker.text())
    miles = [float(far or 0) for far, _ in told]
    found = await looker.found()

    assert of_the_pack(found) == expected(WALTHAMSTOW, lambda _: True)
    assert miles == sorted(miles)
    assert len(miles) > 5
    assert miles[-1] > miles[0]
    assert looker.asked_with_a_postcode() == []


async def test_who_cannot_travel_is_shown_help_at_home_by_phone_and_online_alone(looker: Looker) -> None:
    """LEE-4, by keyboard alone."""
    page = looker.page
    await looker.go("/services")
    await keyboard.type_into(page, "#where", WALTHAMSTOW.postcode)
    await keyboard.enter(page)
    assert id_of("Tasters at the gallery") in await looker.found()
    await keyboard.press(page, ".kith-ways a:text('I cannot travel')")
    found = of_the_pack(await looker.found())

    assert found == expected(WALTHAMSTOW, lambda each: bool(terms(each, "kith-delivery") & AWAY))
    assert id_of("Tasters at the gallery") not in found
    assert not await page.get_by_text("I cannot travel").count()


@pytest.mark.parametrize(
    ("box", "fits"), [("when-evenings", in_the_evening), ("when-weekends", at_the_weekend)]
)
async def test_who_works_in_the_day_finds_what_is_open_after_it(
    looker: Looker, box: str, fits: Callable[[Service], bool]
) -> None:
    """LEE-5."""
    await looker.near(LAMBETH.postcode)
    await looker.choose(box)
    found = of_the_pack(await looker.found())

    assert found == expected(LAMBETH, fits)
    assert found < expected(LAMBETH, lambda _: True)


async def test_a_worker_of_the_same_sex_can_be_asked_for(looker: Looker) -> None:
    """LEE-11."""

    def has_a_woman(service: Service) -> bool:
        return "female" in terms(service, "kith-worker-sex")

    await looker.near(WALTHAMSTOW.postcode)
    await looker.choose("worker-female")
    assert of_the_pack(await looker.found()) == expected(WALTHAMSTOW, has_a_woman)
    await looker.follow("Walthamstow counselling")

    assert re.search(r"You can ask to be helped by\s+A woman\s+A man", await looker.text())


@pytest.mark.parametrize(
    ("asked", "label", "one"),
    [
        (("bsl",), "British Sign Language", "Evening Talk"),
        (("hearing-loop", "step-free"), "Hearing loop", "Walthamstow counselling"),
        (("easy-read",), "Easy read", "Healthy plate, face to face"),
    ],
    ids=["bsl", "hearing-loop-and-step-free", "easy-read"],
)
async def test_help_that_people_can_take_part_in_is_found(
    looker: Looker, asked: tuple[str, ...], label: str, one: str
) -> None:
    """LEE-12: who needs two things is shown what has both."""
    await looker.near(WALTHAMSTOW.postcode)
    await looker.choose(*(f"access-{each}" for each in asked))
    found = await looker.found()
    assert of_the_pack(found) == expected(WALTHAMSTOW, lambda each: terms(each, "kith-access") >= set(asked))
    await looker.go(f"/services/{id_of(one)}")

    assert id_of(one) in found
    assert label in await looker.text()


async def test_help_in_a_language_is_found_and_says_who_speaks_it(looker: Looker) -> None:
    """LEE-10: the language of the service, and of the people who help."""
    await looker.near(CAMDEN.postcode)
    await looker.choose("language-so")
    assert of_the_pack(await looker.found()) == expected(CAMDEN, lambda each: "so" in languages(each))
    await looker.go(f"/services/{id_of('Somali and Arabic circle')}")
    rows = await looker.page.locator(".nhsuk-summary-list__row").all_inner_texts()

    assert terms(sample_services()[id_of("Somali and Arabic circle")], "kith-worker-language") == {"so", "ar"}
    [workers] = [row.split() for row in rows if row.startswith("The people who help speak")]
    assert workers[-2:] == ["Somali", "Arabic"]


@pytest.mark.parametrize(
    ("language", "own_name", "direction", "lonely"),
    [("so", "Soomaali", "ltr", "cidlo"), ("ar", "العربية", "rtl", "الوحدة")],
)
async def test_people_search_and_read_in_their_own_language(
    looker: Looker, language: str, own_name: str, direction: str, lonely: str
) -> None:
    """LEE-10: page and words in Somali, and in Arabic from right to left; names of services stay as they are."""
    page = looker.page
    await looker.go("/services")
    english = await page.locator("h1").inner_text()
    await looker.press(page.locator(".kith-languages").get_by_role("link", name=own_name))
    await page.locator("#search").fill(lonely)
    await page.locator("#where").fill(CAMDEN.postcode)
    await looker.press(page.locator("form.kith-search > button"))
    root = page.locator("html")
    assert (await root.get_attribute("lang"), await root.get_attribute("dir") or "ltr") == (
        language,
        direction,
    )
    assert await page.locator("h1").inner_text() != english
    circle = page.locator(f".kith-found h3 a[href$='{id_of('Somali and Arabic circle')}']")
    name = circle.locator("[lang=en]")
    assert await name.inner_text() == "Somali and Arabic circle"
    assert await name.get_attribute("dir") == "ltr" or direction == "ltr"
    found = of_the_pack(await looker.found())

    assert found == expected(CAMDEN, lambda each: "loneliness" in terms(each, "kith-needs"))


async def test_help_across_the_borough_boundary_is_found_where_it_takes_people(looker: Looker) -> None:
    """LEW-6: of a neighbour and of all London, and not what takes only people who live elsewhere."""
    neighbour, national = id_of("Barking money and housing evenings"), id_of("London Money Line")
    elsewhere = id_of("Walthamstow money and housing advice")
    await looker.near(REDBRIDGE.postcode, "debt")
    text, found = await looker.text(), await looker.found()

    assert {neighbour, national} <= set(found)
    assert elsewhere not in found
    assert re.search(r"\d+ more takes? only people who live elsewhere", text)

    await looker.go(f"/services/{elsewhere}")
    assert re.search(r"For people who live in\s+Waltham Forest", await looker.text())
    await looker.near(WALTHAMSTOW.postcode, "debt")
    found = await looker.found()
    assert elsewhere in found
    assert neighbour not in found


@pytest.mark.parametrize(
    ("service", "taken", "not_taken"),
    [
        ("Deptford Creek walk", ("SE10 9NN", "SE8 4RJ"), "SE18 6PW"),
        ("Coppermill neighbours", ("E17 7JN",), "E17 3HT"),
    ],
    ids=["a circle over a borough's edge", "two wards"],
)
async def test_what_takes_people_from_a_part_of_a_borough_is_shown_to_them_alone(
    looker: Looker, service: str, taken: tuple[str, ...], not_taken: str
) -> None:
    """LEW-6: by a circle that knows no borough, and by wards."""
    for postcode in taken:
        await looker.near(postcode)
        assert id_of(service) in await looker.found()
    await looker.near(not_taken)

    assert id_of(service) not in await looker.found()
