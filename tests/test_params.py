from pathlib import Path

import pytest
from pydantic import ValidationError
from ruamel.yaml import YAML

from aeflow.base.errors import InputError
from aeflow.base.params import load

ROOT = Path(__file__).parents[1]


def test_committed_parameters_are_valid_and_frozen() -> None:
    params = load(ROOT / "params.yaml")
    assert params.dataset == "nsl-kdd"
    assert params.data.new_rows.R2L == 11000
    assert params.seeds == tuple(range(10))
    with pytest.raises(ValidationError, match="frozen"):
        params.ae_flow.latent_dim = 3


def test_every_key_is_commented() -> None:
    """Beside the key or above it; or, for a section of one key, beside its heading or beside the key."""
    lines = (ROOT / "params.yaml").read_text().splitlines()
    top = [line for line in lines[: lines.index("datasets:")] if line and not line.lstrip().startswith("- ")]
    for above, line, below in zip(top, top[1:], [*top[2:], ""], strict=False):
        if "#" not in line and not above.startswith("#"):
            explained = below if line.endswith(":") else above if above.partition("#")[0].rstrip().endswith(":") else ""
            assert "#" in explained, line


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("ae_flow.latent_dim", 0, "ae_flow.latent_dim: Input should be greater than 0, found 0"),
        ("ae_flow.latent_dim", "8", "ae_flow.latent_dim: Input should be a valid integer, found '8'"),
        ("ae_flow.coupling", "spline", "ae_flow.coupling: Input should be 'additive' or 'affine', found 'spline'"),
        ("ae_flow.depth", 3, "ae_flow.depth: Extra inputs are not permitted, found 3"),
        ("vae.learning_rate", float("nan"), "vae.learning_rate: "),
        ("vae.learning_rate", 1, "vae.learning_rate: Input should be less than 1, found 1"),
        ("kmeans.n_clusters", -5, "kmeans.n_clusters: Input should be greater than 0, found -5"),
        ("seeds", [], "seeds: "),
        ("seeds", [1, 1], "seeds: a seed stands twice, found [1, 1]"),
        ("seeds", [2**31], "seeds.0: Input should be less than 2147483648, found 2147483648"),
        ("dataset", "kdd99", "dataset: 'kdd99' is none of "),
        ("classifiers.voting", None, "classifiers.voting: Input should be 'soft' or 'hard', found None"),
        ("classifiers.xgb_onehot.colsample_bytree", 0, "colsample_bytree: Input should be greater than 0, found 0"),
        ("classifiers.xgb_onehot.colsample_bytree", 2, "colsample_bytree: Input should be less than or equal to 1"),
        ("encode.categorical", "ordinal", "encode.categorical: Input should be 'label' or 'onehot', found 'ordinal'"),
        ("decision.false_alarm_rate", 0, "decision.false_alarm_rate: Input should be greater than 0, found 0"),
        ("decision.false_alarm_rate", 1, "decision.false_alarm_rate: Input should be less than 1, found 1"),
        ("decision.folds", 1, "decision.folds: Input should be greater than or equal to 2, found 1"),
        ("decision.seeds", [], "decision.seeds: "),
        ("decision.seeds", [3, 3], "decision.seeds: a seed stands twice, found [3, 3]"),
        ("random.shrinkage", -0.1, "random.shrinkage: Input should be greater than or equal to 0, found -0.1"),
        ("smotenc.k_neighbors", 0, "smotenc.k_neighbors: Input should be greater than 0, found 0"),
        ("adasyn.n_neighbors", 0, "adasyn.n_neighbors: Input should be greater than 0, found 0"),
        ("adasyn.k_neighbors", 5, "adasyn.k_neighbors: Extra inputs are not permitted, found 5"),
        ("borderline_smote.k_neighbors", 2.5, "borderline_smote.k_neighbors: Input should be a valid integer"),
    ],
)
def test_impossible_values_are_refused_by_key(tmp_path: Path, key: str, value: object, message: str) -> None:
    yaml = YAML(typ="safe")
    content = yaml.load(ROOT / "params.yaml")
    *sections, name = key.split(".")
    section = content
    for part in sections:
        section = section[part]
    section[name] = value
    path = tmp_path / "params.yaml"
    yaml.dump(content, path)
    with pytest.raises(InputError) as caught:
        load(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_exponents_without_a_point_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text((ROOT / "params.yaml").read_text().replace("learning_rate: 0.001 ", "learning_rate: 1e-3 "))
    assert load(path).cgan.learning_rate == 0.001


def test_broken_yaml_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text("seeds: [0\n")
    with pytest.raises(InputError, match="not valid YAML") as caught:
        load(path)
    assert "\n" not in str(caught.value)
