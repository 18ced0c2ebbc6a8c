"""params.yaml: what is in it is checked, and what is wrong is one line with file and key."""

from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from pydantic import ValidationError
from ruamel.yaml import YAML

from aeflow.errors import InputError
from nids.base.yaml import read_yaml
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
    assert params.of("raw") == params.of("class_weight") == params.of("class_weight_all") == {}
    assert params.of("ae_flow_all") == params.of("ae_flow")


def test_settings_of_another_method_change_with_it(tmp_path: Path) -> None:
    assert read_params(_changed(tmp_path, "ae_flow.latent_dim", 7)).of("ae_flow_all")["latent_dim"] == 7
    with pytest.raises(InputError, match=r"all_rows\.ae_flow_all\.latent_dim: unknown key"):
        read_params(_changed(tmp_path, "all_rows.ae_flow_all.latent_dim", 7))


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
        ("ae_flow.depth", 3, "ae_flow.depth: unknown key; known are "),
        ("ae_flow.latent_dims", 3, "ae_flow.latent_dims: unknown key (nearest is 'latent_dim')"),
        ("kmean", {}, "kmean: unknown key (nearest is 'kmeans')"),
        ("seeds", 0, "seeds: Input should be a list, as in [a, b], found 0"),
        ("kmeans", 5, "kmeans: Input should be a mapping of keys to values, found 5"),
        ("ae_flow.bins", MISSING, "ae_flow.bins: Field required"),
        ("baselines", MISSING, "baselines: Field required"),
        ("baselines.smote", MISSING, "baselines.smote: Field required"),
        ("baselines.adasyn", {}, "baselines.adasyn: unknown key; known are raw, smote, "),
        ("baselines.raw", {"k_neighbors": 5}, "baselines.raw.k_neighbors: unknown key"),
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
        ("dataset", 99, "dataset: Input should be a text; write it in quotes, found 99"),
        ("classifiers.voting", None, "classifiers.voting: Input should be 'soft' or 'hard', found None"),
        ("classifiers.lr_max_iter", 1.5, "classifiers.lr_max_iter: Input should be a valid integer"),
        ("classifiers.xgb_onehot.colsample_bytree", 0, "colsample_bytree: Input should be greater than or equal to"),
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
        ("wider.adasyn.k_neighbors", 5, "adasyn.k_neighbors: unknown key (nearest is 'n_neighbors')"),
        ("wider.borderline_smote.k_neighbors", 2.5, "borderline_smote.k_neighbors: Input should be a valid integer"),
        # What a fit would answer with an error or a machine's memory.
        ("ae_flow.batch_size", 10**9, "ae_flow.batch_size: Input should be less than or equal to 16384"),
        ("ae_flow.coupling_layers", 10**6, "ae_flow.coupling_layers: Input should be less than or equal to 64"),
        ("ae_flow.latent_dim", 10**6, "ae_flow.latent_dim: Input should be less than or equal to 1024"),
        ("ae_flow.hidden", [10**6], "ae_flow.hidden.0: Input should be less than or equal to 4096"),
        ("ae_flow.hidden", [64] * 9, "ae_flow.hidden: Tuple should have at most 8 items"),
        ("ae_flow.hidden", [4096] * 8, "ae_flow: hidden, batch_size and coupling_layers make a step of gigabytes"),
        ("ae_flow.bins", 10**9, "ae_flow.bins: Input should be less than or equal to 10000"),
        ("ae_flow.noise", 1e300, "ae_flow.noise: Input should be less than or equal to 100"),
        ("ae_flow.temperature", 1e-300, "ae_flow.temperature: Input should be greater than or equal to 0.01"),
        ("ae_flow.max_steps", 10**12, "ae_flow.max_steps: Input should be less than or equal to 1000000"),
        ("baselines.vae.beta", 1e300, "baselines.vae.beta: Input should be less than or equal to 1000"),
        ("baselines.cgan.noise_dim", 10**6, "baselines.cgan.noise_dim: Input should be less than or equal to 1024"),
        ("wider.random.shrinkage", 1e300, "wider.random.shrinkage: Input should be less than or equal to 100"),
        ("wider.smotenc.k_neighbors", 10**9, "wider.smotenc.k_neighbors: Input should be less than or equal to 1000"),
        (
            "classifiers.xgb_onehot.colsample_bytree",
            1e-300,
            "colsample_bytree: Input should be greater than or equal to",
        ),
        ("classifiers.lr_max_iter", 2**31, "classifiers.lr_max_iter: Input should be less than or equal to 100000"),
        ("kmeans.n_clusters", 10**9, "kmeans.n_clusters: Input should be less than or equal to 10000"),
        ("oss.n_seeds", 10**9, "oss.n_seeds: Input should be less than or equal to 10000"),
        ("decision.folds", 2000, "decision.folds: Input should be less than or equal to 100, found 2000"),
        ("download.timeout", 1e300, "download.timeout: Input should be less than or equal to 3600"),
        ("download.attempts", 10**9, "download.attempts: Input should be less than or equal to 100"),
        ("seeds", list(range(1001)), "seeds: Tuple should have at most 1000 items"),
        # What would lead elsewhere, or make a message of two lines or of thousands of characters.
        ("dataset", "../params", "dataset: String should match pattern"),
        ("dataset", "a\nb", r"found 'a\nb'"),
        ("dataset", "x" * 100_000, "xxx...xxx"),
        ("dataset", 10**30, "dataset: a whole number of more than 64 bits"),
        ("a\nb", 1, r"'a\nb': unknown key; known are "),
    ],
)
def test_impossible_values_are_refused_by_key(tmp_path: Path, key: str, value: object, message: str) -> None:
    path = _changed(tmp_path, key, value)
    with pytest.raises(InputError) as caught:
        read_params(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


def test_exponents_without_a_point_are_numbers(tmp_path: Path) -> None:
    path = tmp_path / "params.yaml"
    path.write_text((ROOT / "params.yaml").read_text().replace("learning_rate: 0.001 ", "learning_rate: 1e-3 "))
    assert read_params(path).of("cgan")["learning_rate"] == 0.001


BOMB = "a0: &a0 [x, x]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("seeds: [0\n", "not valid YAML: line 2: did not find expected"),
        ("seeds: [0]\nseeds: [1]\n", 'not valid YAML: line 2: found duplicate key "seeds"'),
        ("seeds: [0]\n---\nseeds: [1]\n", "not valid YAML: line 2: but found another document"),
        ("seeds: \0", "not valid YAML: .*control characters are not allowed"),
        ("", "not a mapping of keys to values; correct it"),
        ("- seeds\n", "not a mapping of keys to values; correct it"),
        ("seeds: [0]\nname: 2020-01-01\n", "name: .* is of type date; write it as a text, in quotes"),
        ("seeds:\n- 2020-01-01 10:00:00", r"seeds\.0: .* is of type \w+; write it as a text, in quotes"),
        ("seeds: .inf", "seeds: inf is not a finite number"),
        ("1: 2", "the key 1 is no text; write it in quotes"),
        ("seeds: {null: 2}", "seeds: the key None is no text"),
        ("seeds: !!set {a, b}", "line 1: the tag !!set, which is not read; write the value alone, or in quotes"),
        ("seeds: !!bool 1", "line 1: the tag !!bool, which"),
        ("seeds: !!python/object/apply:os.system [ls]", "line 1: the tag !!python/object/apply:os.system, which"),
        ("a: 1\nseeds: &z [*z]", "line 2: an anchor or alias .& or .., which is not read; write the value out"),
        (BOMB, "line 1: an anchor or alias"),
        ("seeds: " + "[" * 5000, "line 1: more than 20 levels"),
        ("seeds: " + "[" * 100_000, "line 1: more than 20 levels"),
        ("seeds: " + "{a: " * 5000, "line 1: more than 20 levels"),
        ("- " * 5000, "line 1: more than 20 levels"),
        ("seeds: [" + "0, " * 50_000 + "0]", "line 1: more than 30,000 entries"),
        ("seeds: [" + "0, " * 500_000 + "0]", "1,500,010 bytes, more than the 1,000,000 that are read"),
        ("seeds: " + "9" * 5000, "not valid YAML: Exceeds the limit"),
        ("seeds: 0x" + "f" * 5000, "seeds: a whole number of more than 64 bits"),
        ("x" * 200_000 + ": 1\n" + "x" * 200_000 + ": 1\n", "not valid YAML: "),
    ],
)
def test_what_is_no_mapping_of_plain_values_is_one_line(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "params.yaml"
    path.write_text(text)
    with pytest.raises(InputError, match=message) as caught:
        read_params(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1000


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("seeds: [0]".encode("utf-16"), "byte 1 is not UTF-8; save it as UTF-8"),
        (b"name: caf\xe9", "byte 10 is not UTF-8; save it as UTF-8"),
    ],
)
def test_other_encodings_are_refused(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "params.yaml").write_bytes(content)
    with pytest.raises(InputError, match=f"params.yaml: {message}"):
        read_params(tmp_path / "params.yaml")


def test_a_byte_order_mark_is_no_content(tmp_path: Path, params: Params) -> None:
    (tmp_path / "params.yaml").write_bytes(b"\xef\xbb\xbf" + (ROOT / "params.yaml").read_bytes())
    assert read_params(tmp_path / "params.yaml") == params


@pytest.mark.parametrize(
    "change",
    [
        {"batch_size": 2},
        {"batch_size": 16384},
        {"coupling_layers": 64},
        {"latent_dim": 1024},
        {"hidden": [1024, 1024]},
        {"hidden": [64] * 8},
        {"hidden": []},
    ],
)
def test_large_values_that_one_machine_can_fit_are_taken(tmp_path: Path, change: dict[str, object]) -> None:
    ((key, value),) = change.items()
    found = read_params(_changed(tmp_path, f"ae_flow.{key}", value)).of("ae_flow")[key]
    assert found == (tuple(value) if isinstance(value, list) else value)


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"params\.yaml: no such file"):
        read_params(tmp_path / "params.yaml")
