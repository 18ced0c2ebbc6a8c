"""params.yaml: what is in it is checked, and what is wrong is one line with file and key."""

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from pydantic import ValidationError
from ruamel.yaml import YAML

from aeflow.errors import InputError
from nids.base.files import read_yaml
from nids.detect import Options
from nids.params import Params, read_params

# In the place of a value: the key is not there.
MISSING = object()


def test_committed_parameters_are_valid_and_frozen(params: Params) -> None:
    assert params.dataset == "nsl-kdd"
    assert params.seeds == (0,)
    assert params.all_seeds == tuple(range(10))
    with pytest.raises(ValidationError, match="frozen"):
        params.kmeans.n_clusters = 3


def test_a_methods_settings_are_those_of_its_section(params: Params) -> None:
    """An arm that is a method has its settings itself; the others have a key for each method."""
    assert params.of("ae_flow")["latent_dim"] == 12
    assert params.of("ae_flow_paper")["latent_dim"] == 16
    assert params.of("smote") == {"k_neighbors": 5}
    assert params.of("random") == {"shrinkage": 0.0}
    assert params.of("raw") == params.of("class_weight") == {}


def test_options_are_what_the_classifiers_read(params: Params) -> None:
    assert params.options == Options(categorical="label", lr_max_iter=1000, colsample_bytree=0.5)


def _changed(folder: Path, key: str, value: object) -> Path:
    yaml = YAML(typ="safe")
    content: Any = read_yaml(ROOT / "params.yaml")
    *sections, name = key.split(".")
    section = content
    for part in sections:
        section = section[part]
    if value is MISSING:
        del section[name]
    else:
        section[name] = value
    yaml.dump(content, folder / "params.yaml")
    return folder / "params.yaml"


def test_seeds_of_both_pipelines_count_once(tmp_path: Path) -> None:
    params = read_params(_changed(tmp_path, "seeds", [3, 0]))
    assert params.all_seeds == (3, 0, 1, 2, 4, 5, 6, 7, 8, 9)


def test_every_key_is_commented() -> None:
    """Beside the key or above it; or, for a section of one key, beside its heading or beside the key."""
    lines = (ROOT / "params.yaml").read_text().splitlines()
    top = [line for line in lines if line and not line.lstrip().startswith("- ")]
    for above, line, below in zip(top, top[1:], [*top[2:], ""], strict=False):
        if "#" not in line and not above.lstrip().startswith("#"):
            explained = below if line.endswith(":") else above if above.partition("#")[0].rstrip().endswith(":") else ""
            assert "#" in explained, line


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("ae_flow.latent_dim", 0, "ae_flow.latent_dim: Input should be greater than 0, found 0"),
        ("ae_flow.latent_dim", "8", "ae_flow.latent_dim: Input should be a valid integer, found '8'"),
        ("ae_flow.coupling", "spline", "ae_flow.coupling: Input should be 'additive' or 'affine', found 'spline'"),
        ("ae_flow.depth", 3, "ae_flow.depth: Extra inputs are not permitted, found 3"),
        ("ae_flow.bins", MISSING, "ae_flow.bins: Field required"),
        ("baselines", MISSING, "baselines: Field required"),
        ("baselines.smote", MISSING, "baselines.smote: Field required"),
        ("baselines.adasyn", {}, "baselines.adasyn: Extra inputs are not permitted"),
        ("baselines.raw", {"k_neighbors": 5}, "baselines.raw.k_neighbors: Extra inputs are not permitted, found 5"),
        ("baselines.smote", [5], "baselines.smote: "),
        ("baselines.vae.learning_rate", float("nan"), "baselines.vae.learning_rate: "),
        ("baselines.vae.learning_rate", 1, "baselines.vae.learning_rate: Input should be less than 1, found 1"),
        ("baselines.vae.hidden", [64, 0], "baselines.vae.hidden.1: Input should be greater than 0, found 0"),
        ("baselines.ae_flow_paper.objective", "stable", "ae_flow_paper.objective: Input should be 'paper'"),
        ("kmeans.n_clusters", -5, "kmeans.n_clusters: Input should be greater than 0, found -5"),
        ("oss.n_seeds", True, "oss.n_seeds: Input should be a valid integer, found True"),
        ("seeds", [], "seeds: "),
        ("seeds", [1, 1], "seeds: a seed stands twice, found [1, 1]"),
        ("seeds", [2**31], "seeds.0: Input should be less than 2147483648, found 2147483648"),
        ("seeds", [-1], "seeds.0: Input should be greater than or equal to 0, found -1"),
        ("dataset", 99, "dataset: Input should be a valid string, found 99"),
        ("classifiers.voting", None, "classifiers.voting: Input should be 'soft' or 'hard', found None"),
        ("classifiers.lr_max_iter", 1.5, "classifiers.lr_max_iter: Input should be a valid integer"),
        ("classifiers.xgb_onehot.colsample_bytree", 0, "colsample_bytree: Input should be greater than 0, found 0"),
        ("classifiers.xgb_onehot.colsample_bytree", 2, "colsample_bytree: Input should be less than or equal to 1"),
        ("encode.categorical", "ordinal", "encode.categorical: Input should be 'label' or 'onehot', found 'ordinal'"),
        ("decision.false_alarm_rate", 0, "decision.false_alarm_rate: Input should be greater than 0, found 0"),
        ("decision.false_alarm_rate", 1, "decision.false_alarm_rate: Input should be less than 1, found 1"),
        ("decision.folds", 1, "decision.folds: Input should be greater than or equal to 2, found 1"),
        ("decision.seeds", [], "decision.seeds: "),
        ("decision.seeds", [3, 3], "decision.seeds: a seed stands twice, found [3, 3]"),
        ("repeat.seeds", [4, 4], "repeat.seeds: a seed stands twice, found [4, 4]"),
        ("download.timeout", 0, "download.timeout: Input should be greater than 0, found 0"),
        ("download.attempts", 0, "download.attempts: Input should be greater than 0, found 0"),
        ("wider.random.shrinkage", -0.1, "random.shrinkage: Input should be greater than or equal to 0, found -0.1"),
        ("wider.smotenc.k_neighbors", 0, "smotenc.k_neighbors: Input should be greater than 0, found 0"),
        ("wider.adasyn.n_neighbors", 0, "adasyn.n_neighbors: Input should be greater than 0, found 0"),
        ("wider.adasyn.k_neighbors", 5, "adasyn.k_neighbors: Extra inputs are not permitted, found 5"),
        ("wider.borderline_smote.k_neighbors", 2.5, "borderline_smote.k_neighbors: Input should be a valid integer"),
    ],
)
def test_impossible_values_are_refused_by_key(tmp_path: Path, key: str, value: object, message: str) -> None:
    path = _changed(tmp_path, key, value)
    with pytest.raises(InputError) as caught:
        read_params(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_exponents_without_a_point_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text((ROOT / "params.yaml").read_text().replace("learning_rate: 0.001 ", "learning_rate: 1e-3 "))
    assert read_params(path).of("cgan")["learning_rate"] == 0.001


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seeds: [0\n", "not valid YAML"),
        ("seeds: [0]\nseeds: [1]\n", "not valid YAML"),
        ("", "not a mapping of keys to values; correct it"),
        ("- seeds\n", "not a mapping of keys to values; correct it"),
        ("seeds: [0]\nname: 2020-01-01\n", "write it as a text"),
    ],
)
def test_what_is_no_mapping_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        read_params(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"params\.yaml: no such file"):
        read_params(tmp_path / "params.yaml")
