"""Where support is missing: what each neighbourhood has for a need and a community, against who asks and who lives there."""

import csv
import io
import re
from collections.abc import Mapping

from playwright.async_api import Browser, Locator, Page

from deploy.demo.waiting import until
from tests.browser.the_browser import DESK, visitor
from tests.scenarios.menu_services import SUTTON, Listed
from tests.scenarios.pressing import press, sign_in_as
from tests.scenarios.scene import Scene

GAPS = "/directory/gaps"
CENTRAL, FARTHEST = "Sutton Central", "Worcester Park North"
NEED, NEWLY = "newly-arrived", "New to the UK"


async def test_supply_is_held_against_demand_by_neighbourhood_need_and_community(
    scene: Scene, listed: Listed, browser: Browser, origin: str
) -> None:
    """MCR-3: a gap map and table; the wards of one borough, for one need, and for one community."""
    async with visitor(browser, origin, DESK, javascript=False) as (page, ear):
        await sign_in_as("Olu Bankole", page, GAPS)
        await _choose(page, "Borough", "Sutton")
        asked_before = await _demand(page)
        await _choose(page, "Need", NEWLY)
        wards = await _wards(page)

        assert len(wards) > 15
        near, far = (wards[ward]["Services"] for ward in (CENTRAL, FARTHEST))
        assert int(near) == int(far) + 2, "those of its ward and round its library take nobody from far off"
        assert {row["Referrals in the borough, 12 months"] for row in wards.values()} == {str(asked_before)}
        assert await _map_says(page) == {ward: int(row["Services"]) for ward, row in wards.items()}
        assert await _sheet_says(page) == {ward: row["Services"] for ward, row in wards.items()}

        await _choose(page, "Community", "Carers")
        of_carers = await _wards(page)
        assert of_carers.keys() == wards.keys()
        assert {row["Services"] for row in of_carers.values()} == {"0"}
        assert {row["Gap"] for row in of_carers.values()} == {"No service"}
        await _choose(page, "Community", "Black communities")
        assert len({row["Of this community"] for row in (await _wards(page)).values()}) > 5

        await scene.refer(area=SUTTON, needs=[NEED])
        await page.goto(f"{GAPS}?area={SUTTON}")

        async def is_counted() -> bool:
            await page.reload()
            return await _demand(page) > asked_before

        await until(is_counted, "the referral in the demand for the need")
        assert ear.complaints == []


async def test_neighbourhoods_without_evening_or_weekend_cover_are_named(
    listed: Listed, browser: Browser, origin: str
) -> None:
    """LEE-5: a report shows which localities lack evening or weekend cover."""
    async with visitor(browser, origin, DESK) as (page, ear):
        await sign_in_as("Olu Bankole", page, GAPS)
        await page.goto(f"{GAPS}?area={SUTTON}&need={NEED}")
        every = await _wards(page)
        lacking = {ward for ward, row in every.items() if (row["Evenings"], row["Weekends"]) == ("0", "0")}
        first = page.locator("main .nhsuk-lede-text")
        words = await first.inner_text()
        if lacking:
            assert words.startswith(f"{len(lacking)} of {len(every)} wards")
            await press(first.get_by_role("link"))
            assert set(await _wards(page)) == lacking
        else:
            assert words.startswith(f"Each of the {len(every)} wards has evening or weekend cover")
        await page.goto(f"{GAPS}?area={SUTTON}&need={NEED}&missing=no-evening")
        assert set(await _wards(page)) == {ward for ward, row in every.items() if row["Evenings"] == "0"}
        assert ear.complaints == []


async def test_growth_in_referrals_is_told_by_who_refers(scene: Scene, browser: Browser, origin: str) -> None:
    """MCR-5: growth in referrals by organisation and source."""
    async with visitor(browser, origin, DESK) as (page, ear):
        await sign_in_as("Olu Bankole", page, GAPS)
        await press(page.get_by_role("link", name=re.compile("How referrals grow")))
        tables = page.locator("main table")
        before = await _this_month(tables.first, "GP practice")
        await scene.refer(area=SUTTON, needs=[NEED])

        async def has_grown() -> bool:
            await page.reload()
            return await _this_month(tables.first, "GP practice") > before

        await until(has_grown, "the referral among those of practices")
        assert "Change" in await tables.first.inner_text()
        assert (
            await tables.count() == 2 or "Nothing was counted yet" in await page.locator("main").inner_text()
        )
        assert ear.complaints == []


async def _choose(page: Page, of: str, label: str) -> None:
    await page.get_by_label(of, exact=True).select_option(label=label)
    await press(page.get_by_role("button", name="Show", exact=True).first)  # the list has one of its own


async def _rows(table: Locator) -> list[dict[str, str]]:
    heads = [head.strip() for head in await table.locator("thead th").all_inner_texts()]
    rows = await table.locator("tbody tr").all()
    cells = [await row.locator("th, td").all_inner_texts() for row in rows]
    return [dict(zip(heads, (cell.strip() for cell in row), strict=True)) for row in cells]


async def _wards(page: Page) -> Mapping[str, dict[str, str]]:
    table = page.locator("main table")
    return {row["Ward"]: row for row in await _rows(table)} if await table.count() else {}


async def _demand(page: Page) -> int:
    """How many asked for the need within twelve months, in the table of all needs."""
    [row] = [row for row in await _rows(page.locator("main table")) if row["Need"] == NEWLY]
    return int(row["Referrals, 12 months"])


async def _map_says(page: Page) -> Mapping[str, int]:
    names = await page.locator(".kith-gaps svg a").evaluate_all(
        "dots => dots.map(dot => dot.getAttribute('aria-label'))"
    )
    found = (re.fullmatch(r"(.+): (\d+) services?, .+", name) for name in names)
    return {each[1]: int(each[2]) for each in found if each}


async def _sheet_says(page: Page) -> Mapping[str, str]:
    link = await page.get_by_role("link", name="These wards as a sheet (CSV)").get_attribute("href")
    written = await (await page.request.get(str(link))).text()
    return {row["ward_name"]: row["services"] for row in csv.DictReader(io.StringIO(written))}


async def _this_month(table: Locator, name: str) -> int:
    rows = await _rows(table)
    return next((int(list(row.values())[2]) for row in rows if next(iter(row.values())) == name), 0)
