"""The bill of materials names what is installed, in the versions of the locks."""

import json
import subprocess
import sys
from importlib.metadata import distributions

import pytest

from deploy.bill_of_materials import PAGES, PYTHON, bill
from deploy.local.layout import ROOT


def canonical(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


@pytest.mark.asvs("V15.1.2")
def test_every_library_that_is_installed_is_there_in_its_version() -> None:
    named = {canonical(each["name"]): each["version"] for each in bill()["components"]}
    installed = {canonical(each.metadata["Name"]): each.version for each in distributions()}
    came_with_python = {"pip", "setuptools", "wheel", "uv"}

    assert {
        name: version
        for name, version in installed.items()
        if name not in came_with_python and named.get(name) != version
    } == {}


@pytest.mark.asvs("V15.1.2")
def test_it_is_printed_in_the_standard_s_form_without_anything_twice_or_any_address() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.bill_of_materials"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    printed = json.loads(done.stdout)
    references = [each["bom-ref"] for each in printed["components"]]

    assert (printed["bomFormat"], printed["specVersion"]) == ("CycloneDX", "1.6")
    assert len(set(references)) == len(references)
    assert all(each["purl"].startswith(("pkg:pypi/", "pkg:npm/")) for each in printed["components"])
    assert "://" not in done.stdout


@pytest.mark.asvs("V15.1.2")
def test_each_lock_is_in_it_whole() -> None:
    purls = {each["purl"] for each in bill()["components"]}
    locked = {
        line.split()[0].rstrip(";") for line in (PYTHON / "dev.txt").read_text().splitlines() if "==" in line
    }
    pages = [each for each in json.loads(PAGES.read_text())["packages"] if each]

    assert {f"pkg:pypi/{each.replace('==', '@')}" for each in locked} <= purls
    assert sum(each.startswith("pkg:npm/") for each in purls) == len(pages) > 0
