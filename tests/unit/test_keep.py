"""What is kept of the paper's pipeline on another data set."""

from typing import Any

from tools.keep import paragraph, readme

from nids.data.dataset import Dataset
from nids.methods import PRINTED, STUDIED


def _summary(dataset: Dataset) -> dict[str, Any]:
    """AE-Flow loses 5 points of recall on the first class and gains 30 on the last; SMOTE has the highest macro F1."""
    first, last = dataset.shown[0], dataset.shown[-1]
    recall = dict.fromkeys(dataset.shown, 0.5)
    before = {"weighted_f1": 0.8, "macro_f1": 0.5, "recall": {**recall, first: 0.95, last: 0.1}}
    after = {"weighted_f1": 0.75, "macro_f1": 0.6, "recall": {**recall, first: 0.9, last: 0.4}}
    of_methods = dict.fromkeys(PRINTED, before) | {STUDIED: after, "smote": {**before, "macro_f1": 0.65}}
    return {method: {"voting": of} for method, of in of_methods.items()}


def test_the_paragraph_says_what_rises_and_what_falls(dataset: Dataset) -> None:
    first, last = dataset.shown[0], dataset.shown[-1]
    text = paragraph(dataset, _summary(dataset))
    assert f"lowers the weighted F1 of Voting on {dataset.test} from 80.0 to 75.0%" in text
    assert "Macro F1 goes from 50.0 to 60.0%, and is highest with SMOTE (65.0%)." in text
    assert text.endswith(f"most for {last} (10.0 to 40.0%) on one side, and for {first} (95.0 to 90.0%) on the other.")


def test_the_readme_has_the_account_and_the_tables(dataset: Dataset) -> None:
    text = readme(dataset, _summary(dataset), ["twins: 3"], ["| voting |\n", "| one |\n", "| two |\n"], "mine")
    assert text.startswith("# demo data: the paper's pipeline, one seed\n")
    assert "DATASET=mine" in text
    assert "\n- twins: 3\n" in text
    assert text.index("| voting |") < text.index("| one |") < text.index("| two |")
