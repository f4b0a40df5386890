"""A pack that is not whole is refused when it is opened, with the reason."""

import json
import lzma
import shutil
from pathlib import Path

import pytest

from shared.places import pack
from shared.places.places import LONDON, PackDamaged, open_places


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(LONDON, tmp_path / "pack"))


def test_files_that_are_not_compressed_are_mapped_and_answer_the_same(copy: Path) -> None:
    for file in copy.glob("*.xz"):
        file.with_suffix("").write_bytes(lzma.decompress(file.read_bytes()))
        file.unlink()

    mapped, compressed = open_places(copy), open_places()

    assert mapped.of_postcode("E17 4PP") == compressed.of_postcode("E17 4PP") is not None
    assert mapped.named("E17") == compressed.named("E17")


def test_a_folder_without_a_pack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PackDamaged, match="holds no pack"):
        open_places(tmp_path)


def test_another_format_is_refused(copy: Path) -> None:
    facts = json.loads((copy / pack.MANIFEST).read_text())
    (copy / pack.MANIFEST).write_text(json.dumps(facts | {"format": 2}))

    with pytest.raises(PackDamaged, match="another format"):
        open_places(copy)


def test_a_pack_that_does_not_say_whose_data_it_is_is_refused(copy: Path) -> None:
    facts = json.loads((copy / pack.MANIFEST).read_text())
    del facts["attribution"]
    (copy / pack.MANIFEST).write_text(json.dumps(facts))

    with pytest.raises(PackDamaged, match="does not say"):
        open_places(copy)


@pytest.mark.parametrize("name", [pack.AREAS, pack.NAMES, pack.POPULATIONS, pack.POSTCODES])
def test_a_missing_file_is_refused_by_name(copy: Path, name: str) -> None:
    (copy / f"{name}.xz").unlink()

    with pytest.raises(PackDamaged, match=f"no {name}"):
        open_places(copy)


def test_a_file_cut_short_is_refused(copy: Path) -> None:
    file = copy / f"{pack.POSTCODES}.xz"
    file.write_bytes(file.read_bytes()[:-500])

    with pytest.raises(PackDamaged, match=pack.POSTCODES):
        open_places(copy)


def test_an_empty_file_is_refused(copy: Path) -> None:
    (copy / pack.POSTCODES).write_bytes(b"")

    with pytest.raises(PackDamaged, match="empty"):
        open_places(copy)


def test_postcodes_of_another_build_are_refused_and_not_read_with_the_wrong_areas(copy: Path) -> None:
    lines = pack.read_file(copy, pack.AREAS).decode().splitlines()
    (copy / pack.AREAS).write_text("\n".join([lines[0], *reversed(lines[1:])]))

    with pytest.raises(PackDamaged, match="another list of areas"):
        open_places(copy)


def test_other_columns_are_refused(copy: Path) -> None:
    text = pack.read_file(copy, pack.AREAS).decode()
    (copy / pack.AREAS).write_text(text.replace("imd_rank", "rank", 1))

    with pytest.raises(PackDamaged, match="other columns"):
        open_places(copy)
