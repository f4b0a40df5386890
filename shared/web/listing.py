"""Lists that can be sorted, searched, filtered and paged by their address alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from fastapi import Request

Row = TypeVar("Row")
PER_PAGE = 50
MOST_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class Cell:
    """`tag` is the colour of a status."""

    text: str
    href: str | None = None
    tag: str | None = None
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Column(Generic[Row]):
    """`by` is what rows are sorted by; a column without it has a fixed place only."""

    name: str
    title: str
    cell: Callable[[Row], Cell]
    by: Callable[[Row], Any] | None = None
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Filter(Generic[Row]):
    name: str
    label: str
    options: Sequence[tuple[str, str]]
    keeps: Callable[[Row, str], bool]


@dataclass(frozen=True, slots=True)
class Head:
    """`sort` is `none`, `ascending` or `descending`, as `aria-sort` has it."""

    title: str
    numeric: bool
    href: str | None
    sort: str | None


@dataclass(frozen=True, slots=True)
class ShownFilter:
    name: str
    label: str
    options: Sequence[tuple[str, str]]
    chosen: str


@dataclass(frozen=True, slots=True)
class Listing:
    """All that the macro `listing` shows."""

    caption: str
    path: str
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    total: int
    carried: Mapping[str, str]
    searchable: bool
    search: str
    filters: Sequence[ShownFilter]
    sort: str
    sort_options: Sequence[tuple[str, str]]
    earlier: str | None
    later: str | None

    @property
    def controls(self) -> bool:
        return bool(self.searchable or self.filters or self.sort_options)


@dataclass(frozen=True, slots=True)
class Plan(Generic[Row]):
    """What a list offers. `kept` names fields of the page's other forms, which its addresses carry along."""

    caption: str
    columns: Sequence[Column[Row]]
    filters: Sequence[Filter[Row]] = ()
    searchable: bool = True
    kept: Sequence[str] = ()
    per_page: int = PER_PAGE


def arrange(request: Request, rows: Sequence[Row], plan: Plan[Row], *, last: Sequence[Row] = ()) -> Listing:
    """The rows that the address asks for, in its order. What it asks for that does not exist is left out.

    `last` are rows that stand below all others, such as a sum.
    """
    columns, filters, per_page = plan.columns, plan.filters, plan.per_page
    asked = dict(request.query_params)
    search = asked.get("search", "").strip()[:100] if plan.searchable else ""
    chosen = {each.name: _one_of(asked.get(each.name, ""), each.options) for each in filters}
    found = [row for row in rows if _found(row, columns, search)]
    for each in filters:
        if chosen[each.name]:
            found = [row for row in found if each.keeps(row, chosen[each.name])]
    sort = _known_sort(asked.get("sort", ""), columns)
    page = _page(asked.get("page", ""), len(found), per_page)
    carried = {name: asked[name] for name in plan.kept if asked.get(name)}
    address = _Address(request.url.path, {**carried, "search": search, **chosen, "sort": sort})
    begin = (page - 1) * per_page
    return Listing(
        caption=plan.caption,
        path=request.url.path,
        heads=[_head(each, sort, address) for each in columns],
        rows=[[each.cell(row) for each in columns] for row in [*_sorted(found, columns, sort)[begin : begin + per_page], *last]],
        total=len(found),
        carried=carried,
        searchable=plan.searchable,
        search=search,
        filters=[ShownFilter(each.name, each.label, each.options, chosen[each.name]) for each in filters],
        sort=sort,
        sort_options=[(each.name, each.title) for each in columns if each.by],
        earlier=address.to(page=str(page - 1)) if page > 1 else None,
        later=address.to(page=str(page + 1)) if page * per_page < len(found) else None,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Address:
    path: str
    kept: Mapping[str, str]

    def to(self, **changed: str) -> str:
        return f"{self.path}?{urlencode({k: v for k, v in {**self.kept, **changed}.items() if v})}"


def _head(column: Column[Any], sort: str, address: _Address) -> Head:
    if column.by is None:
        return Head(column.title, column.numeric, None, None)
    state = {column.name: "ascending", f"-{column.name}": "descending"}.get(sort, "none")
    wanted = f"-{column.name}" if state == "ascending" else column.name
    return Head(column.title, column.numeric, address.to(sort=wanted), state)


def _sorted(rows: list[Row], columns: Sequence[Column[Row]], sort: str) -> list[Row]:
    by = next((each.by for each in columns if each.name == sort.removeprefix("-")), None)
    return sorted(rows, key=by, reverse=sort.startswith("-")) if by else rows


def _known_sort(asked: str, columns: Sequence[Column[Any]]) -> str:
    return asked if any(each.by and each.name == asked.removeprefix("-") for each in columns) else ""


def _found(row: Row, columns: Sequence[Column[Row]], search: str) -> bool:
    return not search or any(search.casefold() in each.cell(row).text.casefold() for each in columns)


def _one_of(asked: str, options: Sequence[tuple[str, str]]) -> str:
    return asked if asked in {value for value, _ in options} else ""


def _page(asked: str, rows: int, per_page: int) -> int:
    last = max(1, -(-rows // per_page))
    wanted = int(asked) if asked.isascii() and asked.isdigit() and len(asked) <= len(str(MOST_PAGES)) else 1
    return min(max(wanted, 1), last)
