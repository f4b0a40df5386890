"""The squares in a page are those of the address."""

import re

import segno

from services.directory.entrypoints.taking_away.qr_code import MARGIN, qr_code

ADDRESS = "https://kith.example/services/7d1f6a52-31a4-4f0e-9d1c-7a3f2f1f0b01"


def drawn(svg: str) -> list[list[bool]]:
    """The dark squares, by walking along the lines of the drawing."""
    found = re.search(r'viewBox="0 0 (\d+) \1"', svg)
    assert found
    size = int(found[1])
    dark = [[False] * size for _ in range(size)]
    path = re.findall(r'<path[^>]*? d="([^"]+)"', svg)[-1]
    x = y = 0.0
    for command, numbers in re.findall(r"([Mmh])([^Mmh]*)", path):
        steps = [float(each) for each in re.findall(r"-?[0-9.]+", numbers)]
        if command == "h":
            for column in range(int(x), int(x + steps[0])):
                dark[int(y)][column] = True
            x += steps[0]
        else:
            x, y = (steps[0], steps[1]) if command == "M" else (x + steps[0], y + steps[1])
    return dark


def test_the_drawing_is_the_code_of_the_address_with_a_margin() -> None:
    code = segno.make(ADDRESS, error="m", micro=False, boost_error=False)

    squares = drawn(qr_code(ADDRESS, "Scan"))

    inner = [row[MARGIN:-MARGIN] for row in squares[MARGIN:-MARGIN]]
    assert inner == [[bool(each) for each in row] for row in code.matrix]
    assert not any(any(row) for row in (*squares[:MARGIN], *squares[-MARGIN:]))


def test_another_address_is_another_drawing() -> None:
    one, other = (drawn(qr_code(ADDRESS + end, "Scan")) for end in ("1", "2"))

    assert any(a != b for a, b in zip(one, other, strict=True))


def test_it_has_a_name_and_needs_no_style_from_within() -> None:
    svg = str(qr_code(ADDRESS, 'See "this"'))

    assert svg.startswith('<svg role="img" aria-label="See &#34;this&#34;"')
    assert "style=" not in svg
