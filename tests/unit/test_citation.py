"""CITATION.cff has what a BibTeX entry is made of, for the software and for what it rests on."""

import tomllib
from datetime import date

from conftest import ROOT

from nids.base.yaml import read_yaml

CITATION = read_yaml(ROOT / "CITATION.cff")


def test_the_software_has_an_author_a_title_a_year_and_the_version_of_the_package() -> None:
    package = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert CITATION["authors"]
    assert CITATION["title"].startswith(package["name"])
    assert CITATION["version"] == package["version"]
    assert isinstance(CITATION["date-released"], date)


def test_each_paper_has_authors_a_title_a_year_and_a_venue() -> None:
    assert len(CITATION["references"]) == 2
    for paper in CITATION["references"]:
        assert all(author["family-names"] and author["given-names"] for author in paper["authors"])
        assert paper["title"]
        assert 1990 < paper["year"] < 2100
        assert paper["conference"]["name"]
