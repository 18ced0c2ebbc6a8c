"""plots/paper.html from made-up results: what it says, and what it was built from."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import ROOT

from nids.base.code import code_hash
from nids.base.yaml import read_yaml
from nids.params import read_params
from nids.show.pages import provenance
from nids.show.pages.paper import MADE_BY, build
from nids.show.pages.paper_tables import tone
from nids.show.pages.render import to_html
from show.page_inputs import (
    DEMO,
    DESCRIBED,
    NSL_KDD,
    dataset_of,
    fits_of,
    paper_inputs,
    tables_of,
    texts_of,
    two_classes,
)


def _page(dataset: Any = NSL_KDD, **changes: Any) -> dict[str, Any]:
    return build(**paper_inputs(dataset, **changes))


def test_the_first_sentence_says_what_came_out() -> None:
    first, place, what = _page()["answer"]
    assert first == (
        "Balancing with AE-Flow raises the weighted F1 of Voting on KDDTest+ from 70.0 to 80.0%; in the paper it goes "
        "from 69.6 to 80.5%."
    )
    assert place == "AE-Flow has the highest weighted F1 of the 6 methods."
    assert what.endswith("Tables 1-6 and Figs. 1-6 of the paper, computed anew on NSL-KDD, beside the paper's numbers.")
    lower = _page(f1={"ae_flow": 0.65})["answer"]
    assert "lowers the weighted F1 of Voting on KDDTest+ from 70.0 to 65.0%" in lower[0]
    assert lower[1] == ("AE-Flow (eq. 10) has the highest weighted F1 of the 6 methods, and AE-Flow the sixth highest.")
    assert "at 70.0%" in _page(f1={"ae_flow": 0.70001})["answer"][0]


def test_seeds_and_the_way_to_the_evidence_are_named() -> None:
    one, three = _page(), _page(seeds=3)
    assert one["setting"].endswith("one run, seed 0")
    assert one["closing"].startswith("One run does not tell how sure a difference is.")
    assert three["setting"].endswith("mean of 3 seeds (0, 1 and 2)")
    for page in (one, three):
        assert "`plots/evidence.html`" in page["closing"]


def test_collapse_is_told_where_it_matters() -> None:
    page = _page(seeds=2)
    ours = "AE-Flow: 1 of 4 fits collapsed (R2L 1 of 2)."
    assert page["warnings"] == [ours]
    assert texts_of(page, "warning") == [
        ours,
        "AE-Flow (eq. 10): 4 of 4 fits collapsed (R2L 2 of 2 and U2R 2 of 2).",
    ]
    calm = _page(fits=fits_of(2, collapsed=0))
    assert calm["warnings"] == []
    assert "No fit of AE-Flow collapsed (4 fits)." in texts_of(calm, "text")


def test_each_number_stands_beside_the_papers() -> None:
    found = tables_of(_page())
    table = found["table3"]
    titles = [column["title"] for column in table["columns"]]
    row = next(row["cells"] for row in table["rows"] if row["cells"][0]["text"] == "Weighted avg")
    cell = row[titles.index("F1 after")]
    assert (cell["text"], cell["small"], cell["fine"]) == ("80.00", "\N{MINUS SIGN}0.50", "paper 80.50")
    assert all(f"table{i}" in found for i in range(1, 7))
    assert [row["marked"] for row in found["table6"]["rows"]] == [False] * 5 + [True]


def test_without_the_papers_numbers_there_is_no_word_of_them() -> None:
    page = _page(DEMO)
    banner = "These are results on demo data. They are no results of the paper."
    assert page["banner"] == banner
    html = to_html(page)
    assert html.count(banner) == 1
    assert f'<p class="banner">{banner}</p>' in html
    cells = [
        cell
        for name in map("table{}".format, range(1, 7))
        for row in tables_of(page)[name]["rows"]
        for cell in row["cells"]
    ]
    assert all(not cell["fine"] and not cell["small"] and not cell["tone"] for cell in cells)
    assert "in the paper it" not in html
    assert "paper's number" not in html
    assert all(not card["below"] for card in page["cards"])
    assert "from 70.0 to 80.0%" in page["answer"][0]
    assert "KDDT" not in html
    assert _page()["banner"] == ""


def test_what_holds_of_the_data_set_is_a_warning() -> None:
    """What validation cannot tell, and which classes a method could not grow."""
    alone = {"vae": {"seed0": {"attack": "1 rows, and 2 are needed"}}}
    page = _page(two_classes(), left_alone=alone)
    assert page["warnings"][-2:] == [
        two_classes().optimistic,
        "VAE leaves attack as it is: 1 rows, and 2 are needed.",
    ]
    assert page["sections"][1]["title"] == "The data"
    assert "optimistic" not in to_html(_page(two_classes(held_out="periods")))


THIRTY = {f"Web Attack - {i}": 10 ** (i % 5 + 2) for i in range(30)}


@pytest.mark.parametrize("rows", [{"benign": 900, "attack": 30}, THIRTY])
def test_two_classes_or_thirty_have_their_rows_in_every_table(rows: dict[str, int]) -> None:
    found = tables_of(_page(dataset_of(rows)))
    for name in ("table1", "table2", "table4", "table5", "table6"):
        cells = {cell["text"] for row in found[name]["rows"] for cell in row["cells"]}
        titles = {column["title"] for column in found[name]["columns"]}
        assert set(rows) <= cells | titles


@pytest.mark.parametrize(
    ("difference", "expected"), [(0.9, ""), (-0.9, ""), (1, "up1"), (-5, "down2"), (15, "up3"), (-44.5, "down3")]
)
def test_differences_are_coloured_by_sign_and_size(difference: float, expected: str) -> None:
    assert tone(difference, difference) == expected


def test_every_part_is_made_by_a_stage() -> None:
    stages = read_yaml(ROOT / "dvc.yaml")["stages"]
    assert {stage for _, _, stage in MADE_BY} == set(stages)
    for _, where, stage in MADE_BY:
        outputs = json.dumps({key: stages[stage].get(key, []) for key in ("outs", "metrics", "plots")})
        for path in where.split(", "):
            assert path.partition("*")[0] in outputs, f"{stage} does not make {path}"


def test_provenance_follows_its_sources(tmp_path: Path) -> None:
    params = read_params(ROOT / "params.yaml")
    nsl_kdd, demo = DESCRIBED.values()
    before = provenance.params_hash(params, nsl_kdd)
    assert provenance.params_hash(params.model_copy(update={"seeds": (7,)}), nsl_kdd) != before
    assert provenance.params_hash(params, demo) != before
    assert provenance.provenance(params, demo, {"flows.csv": "ab"}, ROOT)["data"] == {"flows.csv": "ab"}
    assert provenance.package_versions("# a comment\n\nnumpy==0.1\n") == {"numpy": np.__version__}

    files = {"src/aeflow/a.py": "1", "src/nids/show/page.j2": "2", "stages/x.py": "3"}
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = code_hash(tmp_path)
    (tmp_path / "src/aeflow/__pycache__").mkdir()
    (tmp_path / "src/aeflow/__pycache__/a.pyc").write_text("compiled")
    assert code_hash(tmp_path) == before
    seen = {before}
    for name in files:
        (tmp_path / name).write_text("changed")
        seen.add(code_hash(tmp_path))
    (tmp_path / "stages/x.py").rename(tmp_path / "stages/y.py")
    assert len(seen | {code_hash(tmp_path)}) == 5
