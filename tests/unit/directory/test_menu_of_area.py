"""The menu of an area stays a page: some of each need, and the services without a need of ours page by page."""

from uuid import UUID

from services.directory.domain.catchment import HomeArea
from services.directory.entrypoints.finding.menu_page import (
    OTHER,
    SHOWN_OF_A_NEED,
    SHOWN_OF_OTHERS,
    NeedOfMenu,
    menu_of,
)
from services.directory.entrypoints.finding.whereabouts import Where
from services.directory.storage.menu_lines import MenuLine

HERE = Where("E09000031", "Waltham Forest", HomeArea(borough="E09000031"))


def lines(number: int, *needs: str) -> list[MenuLine]:
    return [
        MenuLine(UUID(int=each), f"Service {each}", "Owner", needs, closed_for_now=False)
        for each in range(1, number + 1)
    ]


def others(number: int, page: int) -> NeedOfMenu:
    [found] = menu_of(HERE, lines(number, "a need of somebody else"), {}, page)
    return found


def test_services_without_a_need_of_ours_are_shown_page_by_page() -> None:
    number = 2 * SHOWN_OF_OTHERS + 1
    pages = [others(number, page) for page in (1, 2, 3, 4)]

    assert [len(each.first) for each in pages] == [SHOWN_OF_OTHERS, SHOWN_OF_OTHERS, 1, 0]
    assert [line for page in pages for line in page.first] == lines(number, "a need of somebody else")
    assert [(each.earlier, each.later) for each in pages[:3]] == [
        (None, f"/directory/menu/E09000031?page=2#{OTHER}"),
        (f"/directory/menu/E09000031?page=1#{OTHER}", f"/directory/menu/E09000031?page=3#{OTHER}"),
        (f"/directory/menu/E09000031?page=2#{OTHER}", None),
    ]
    assert not any(each.has_more for each in pages)


def test_of_each_need_some_are_shown_and_all_are_counted_where_not_all_were_read() -> None:
    [found] = menu_of(HERE, lines(10, "loneliness"), {"loneliness": 5_000})

    assert (len(found.first), found.number, found.has_more) == (SHOWN_OF_A_NEED, 5_000, True)
    assert (found.earlier, found.later) == (None, None)
