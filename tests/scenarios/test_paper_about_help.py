"""What a service is and how to reach it: on its page, and on paper that people can read. LEE-3."""

from tests.scenarios.looking import Looker, id_of
from tests.support.london_sample import sample_services

COUNSELLING = "Walthamstow counselling"
CLEAR_PRINT = 18 * 96 / 72  # pixels: 18 points
LOOKS = ("Usual print", "Large print", "Easy to read")


async def test_a_page_says_what_a_service_is_and_how_to_reach_it(looker: Looker) -> None:
    """LEE-3."""
    await looker.near("E17 7JN", "counselling")
    await looker.follow(COUNSELLING)
    text, entry = await looker.text(), sample_services()[id_of(COUNSELLING)]

    assert entry["description"] in text
    for fact in ("Monday to Friday, 9am to 8pm", "206 High Street", "Somebody has to refer you", "Free"):
        assert fact in text
    assert await looker.page.locator("a[href='tel:02079460705']").is_visible()
    assert await looker.page.locator(f"a[href='mailto:{entry['email']}']").is_visible()
    assert await looker.page.get_by_role("button", name="Ask for help near you").is_visible()


async def test_a_leaflet_of_a_service_says_the_same_in_print_that_people_can_read(looker: Looker) -> None:
    """LEE-3: plain, large print, easy read."""
    await looker.go(f"/services/{id_of(COUNSELLING)}")
    await looker.follow("Print this as a leaflet")
    paper = looker.page.locator(".kith-paper")
    for look in LOOKS:
        await _choose(looker, look)
        text = await paper.inner_text()

        for fact in (COUNSELLING, "Monday to Friday, 9am to 8pm", "206 High Street", "020 7946 0705", "Free"):
            assert fact in text, look
        assert await paper.locator(".kith-qr").is_visible()
        assert await _is_large(looker) == (look != "Usual print")


async def test_a_leaflet_of_an_area_tells_of_what_is_near(looker: Looker) -> None:
    """LEE-3: of those that take people from there, and of none whose address is a secret."""
    await looker.go("/directory/menu/E09000031")
    await looker.follow("Print a leaflet of services here")
    for look in LOOKS:
        await _choose(looker, look)
        names = await looker.page.locator(".kith-paper__name").all_inner_texts()

        assert len(names) >= 4, look
        assert COUNSELLING in names
        assert "Safe Harbour" not in names
        assert await _is_large(looker) == (look != "Usual print")


async def _choose(looker: Looker, look: str) -> None:
    if look != "Usual print":
        await looker.follow(look)


async def _is_large(looker: Looker) -> bool:
    size = await looker.page.locator(".kith-paper__line").first.evaluate(
        "it => getComputedStyle(it).fontSize"
    )
    return float(size.removesuffix("px")) >= CLEAR_PRINT
