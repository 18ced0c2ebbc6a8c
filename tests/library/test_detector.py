"""AE-Flow as an outlier detector: its scores, what was never seen, and what does not change a score."""

import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from safetensors.numpy import load, save
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from aeflow import AEFlowDetector
from aeflow._generators.flow import standard_normal_log_density
from aeflow._generators.stable_ae_flow import StableAEFlow
from aeflow.errors import InputError
from aeflow.outlier_detection import _likelihood
from aeflow.outlier_detection._fit import network_of
from aeflow.outlier_detection._model import CellAEFlow
from aeflow.outlier_detection._network import Shape

QUICK: dict[str, Any] = {"max_epochs": 2, "hidden": (8,), "random_state": 0}


def _frame(n: int = 300) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "service": pd.Series(rng.choice(["http", "smtp", "ftp"], n), dtype=object),
            "state": pd.Categorical(rng.choice(["SF", "REJ"], n), categories=["REJ", "RST", "SF"]),
            "secure": rng.random(n) < 0.3,
            "bytes": np.where(rng.random(n) < 0.5, 0, rng.integers(10, 10**9, n)),
            "sent": pd.array(rng.poisson(4, n), dtype="Int64"),
            "rate": rng.random(n).round(2),
            "score": rng.normal(size=n).astype("float32"),
            "constant": 7,
        }
    )


@pytest.fixture(scope="module")
def fitted() -> AEFlowDetector:
    return AEFlowDetector(**QUICK).fit(_frame())


def _row(fitted: AEFlowDetector, **values: Any) -> float:
    """Return the decoder's and the flow's part together for the first row with other values in some columns."""
    row = _frame().head(1).astype(object)
    for name, value in values.items():
        row[name] = [value]
    own = {name: dtype for name, dtype in _frame().dtypes.items() if name not in values}
    return float(fitted.score_samples(row.astype(own))[0])


def test_parameters_round_trip() -> None:
    detector = AEFlowDetector(hidden=(5,), contamination=0.1)
    assert clone(detector).get_params() == AEFlowDetector(**detector.get_params()).get_params()
    with pytest.raises(TypeError):
        AEFlowDetector(0.1)  # type: ignore[call-arg]


def test_the_score_is_the_sum_of_both_parts(fitted: AEFlowDetector) -> None:
    parts = fitted.log_likelihoods(_frame())
    assert parts.shape == (300, 2)
    assert parts.dtype == np.float64
    assert parts.std(axis=0).min() > 0
    np.testing.assert_array_equal(fitted.score_samples(_frame()), parts[:, 0] + parts[:, 1])
    np.testing.assert_array_equal(fitted.decision_function(_frame()), fitted.score_samples(_frame()) - fitted.offset_)


@pytest.mark.parametrize("contamination", [0.01, 0.05, 0.5])
def test_contamination_is_the_share_of_the_fitted_rows_that_are_outliers(contamination: float) -> None:
    detector = AEFlowDetector(**QUICK, contamination=contamination).fit(_frame())
    assert detector.offset_ == np.quantile(detector.score_samples(_frame()), contamination)
    found = detector.predict(_frame())
    assert (found == -1).sum() == 300 * contamination
    assert set(found.tolist()) == {1, -1}


def test_rows_far_from_those_learned_are_outliers() -> None:
    """The class lies on a line; a row off it has values which each are common."""
    rng = np.random.default_rng(0)
    service = rng.choice(["http", "ftp"], 1000)
    frame = pd.DataFrame({"service": service, "bytes": rng.poisson(np.where(service == "http", 40, 400))})
    detector = AEFlowDetector(hidden=(16,), random_state=0).fit(frame)
    others = frame.assign(service=np.where(service == "http", "ftp", "http"))
    assert abs((detector.predict(frame) == 1).mean() - 0.95) < 0.03  # many rows are equal
    assert (detector.predict(others) == -1).mean() > 0.9


@pytest.mark.parametrize("block", [64, 256])
def test_the_rows_beside_a_row_change_no_byte(monkeypatch: Any, block: int) -> None:
    """Whatever their order and number; for each size of the blocks in which rows are scored."""
    frame = pd.concat([_frame(1500), _frame(700).assign(service="telnet", bytes=-1)], ignore_index=True)
    monkeypatch.setattr(_likelihood, "BLOCK", block)
    detector = AEFlowDetector(max_epochs=2, hidden=(33, 65), random_state=0).fit(_frame(1500))
    scores = detector.log_likelihoods(frame)
    order = np.random.default_rng(1).permutation(len(frame))
    np.testing.assert_array_equal(detector.log_likelihoods(frame.iloc[order]), scores[order])
    for size in (1, 7, 1025):
        rows = range(0, min(len(frame), 40 * size), size)
        parts = [detector.log_likelihoods(frame.iloc[start : start + size]) for start in rows]
        np.testing.assert_array_equal(np.concatenate(parts), scores[: rows[-1] + size])
    one_by_one = [detector.log_likelihoods(frame.iloc[[row]])[0] for row in order[:50]]
    np.testing.assert_array_equal(one_by_one, scores[order[:50]])


def test_two_fits_of_one_random_state_give_equal_scores(fitted: AEFlowDetector) -> None:
    before, numpys = torch.get_rng_state(), np.random.get_state()[1].tolist()  # type: ignore[index]
    scores = AEFlowDetector(**QUICK).fit(_frame()).score_samples(_frame())
    np.testing.assert_array_equal(scores, fitted.score_samples(_frame()))
    assert not np.array_equal(
        scores, AEFlowDetector(**QUICK | {"random_state": 1}).fit(_frame()).score_samples(_frame())
    )
    assert torch.equal(before, torch.get_rng_state())
    assert np.random.get_state()[1].tolist() == numpys  # type: ignore[index]


def test_columns_are_found_by_name(fitted: AEFlowDetector) -> None:
    turned = _frame()[_frame().columns[::-1]]
    np.testing.assert_array_equal(fitted.score_samples(turned), fitted.score_samples(_frame()))
    with pytest.raises(InputError, match="columns: X lacks 'rate' and has 'Rate'; give the 8 columns"):
        fitted.score_samples(_frame().rename(columns={"rate": "Rate"}))


@pytest.mark.parametrize(
    "values",
    [
        {"service": "telnet"},
        {"service": 3},
        {"state": "RST"},
        {"bytes": -1},
        {"bytes": 10**9},
        {"bytes": 2.0**70},
        {"rate": 1.5},
        {"score": 1e30},
        {"constant": 8},
        {"constant": 6.5},
        {"sent": 2.5},
    ],
    ids=str,
)
def test_what_was_never_seen_is_possible_and_rare(fitted: AEFlowDetector, values: dict[str, Any]) -> None:
    """Categories, numbers out of the range, and between an atom and what is next to it."""
    assert np.isfinite(_row(fitted, **values))
    _, seen = fitted._likelihood.lookup(_frame().head(1))
    row = _frame().head(1).astype(dict.fromkeys(values, object)).assign(**values)
    _, known = fitted._likelihood.lookup(row)
    changed = [fitted.columns_[fitted._likelihood.lookup.order[i]].name for i in np.flatnonzero(seen != known)]
    assert changed == list(values)
    assert _row(fitted, **values) < _row(fitted) - 1


def test_numbers_between_two_of_one_cell_are_learned(fitted: AEFlowDetector) -> None:
    learned = np.sort(_frame()["bytes"].unique())
    middle = (learned[50] + learned[51]) // 2
    _, known = fitted._likelihood.lookup(_frame().head(1).assign(bytes=middle))
    assert known.all()


def test_lookup_finds_the_cells_that_the_model_was_fitted_to() -> None:
    """In every dtype that a column may have, to the ends of 64 bits."""
    from aeflow.outlier_detection._lookup import ColumnLookup, Lookup
    from aeflow.over_sampling._binned import BinnedTable
    from aeflow.over_sampling._columns import learn_columns

    rng = np.random.default_rng(0)
    frame = _frame().assign(
        low=rng.integers(-(2**63), 2**63 - 1, 300),
        high=rng.integers(2**63, 2**64 - 1, 300, dtype=np.uint64),
        long=rng.normal(size=300).astype(np.longdouble),
        zero=np.where(rng.random(300) < 0.5, -0.0, 0.5),
    )
    table = BinnedTable.fit(learn_columns(frame, "auto"), frame, 20)
    lookup = Lookup([ColumnLookup.of(*of) for of in zip(table.columns, table.cells, strict=True)])
    cells, known = lookup(frame)
    np.testing.assert_array_equal(cells.T, table.encode(frame, bounded=True))
    assert known.all()


def test_columns_constant_in_the_fit_and_rows_that_are_all_equal() -> None:
    equal = pd.DataFrame({"service": ["http"] * 20, "bytes": 5})
    detector = AEFlowDetector(**QUICK).fit(equal)
    scores = detector.score_samples(pd.DataFrame({"service": ["http", "ftp", "http"], "bytes": [5, 5, 6]}))
    assert np.isfinite(scores).all()
    assert scores[0] == detector.offset_
    assert (scores[1:] < scores[0]).all()


@pytest.mark.parametrize(
    ("form", "given"),
    [
        (lambda frame: frame, "frame"),
        (np.asarray, "array"),
        (sparse.csr_array, "sparse"),
        (pd.DataFrame.to_numpy, "objects"),
    ],
)
def test_frames_arrays_and_sparse_matrices_give_the_same_scores(form: Callable[[Any], Any], given: str) -> None:
    numbers = _frame()[["rate", "constant"]].assign(count=_frame()["sent"].astype("int64")).astype(float)
    if given == "frame":
        numbers = numbers.set_axis(range(3), axis=1)
    detector = AEFlowDetector(**QUICK).fit(form(numbers))
    np.testing.assert_array_equal(
        detector.score_samples(form(numbers)),
        AEFlowDetector(**QUICK).fit(numbers.to_numpy()).score_samples(numbers.to_numpy()),
    )


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("bytes", np.nan, "row 0 (from 0), column 'bytes': missing value (NaN); fill it or drop the row"),
        ("rate", np.inf, "row 0 (from 0), column 'rate': inf is not finite (inf); correct it or drop the row"),
        ("sent", pd.NA, "row 0 (from 0), column 'sent': missing value (NaN); fill it or drop the row"),
        ("service", None, "row 0 (from 0), column 'service': missing value (NaN); fill it or drop the row"),
        ("bytes", "many\nlines", "column 'bytes': object where numbers were learned; convert it"),
    ],
)
def test_what_cannot_be_scored_is_one_line(fitted: AEFlowDetector, column: str, value: Any, message: str) -> None:
    row = _frame().head(1).astype({column: object})
    row[column] = pd.Series([value], dtype=object)
    if column in ("rate", "sent", "bytes") and not isinstance(value, str):
        row[column] = row[column].astype("Int64" if value is pd.NA else float)
    with pytest.raises(InputError) as caught:
        fitted.score_samples(row)
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("settings", "X", "message"),
    [
        ({}, [[1.0]], "X: 1 sample (row), and a density needs 2 or more; give more rows"),
        ({"hidden": (0,)}, [[1.0], [2.0]], "hidden: (0,); give at most 8 whole numbers of units from 1 to 4096"),
        (
            {"categorical_features": ["port"]},
            [[1.0], [2.0]],
            "categorical_features: 'port' is neither a column nor a position below 1; correct it",
        ),
    ],
)
def test_what_cannot_be_fitted_is_one_line(settings: dict[str, Any], X: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        AEFlowDetector(**QUICK | settings).fit(X)
    assert str(caught.value) == message


def test_a_loss_that_does_not_stay_finite_is_one_line(monkeypatch: Any) -> None:
    monkeypatch.setattr(CellAEFlow, "log_p", lambda self, x, z: z.T * np.nan)
    with pytest.raises(InputError) as caught:
        AEFlowDetector(**QUICK).fit(_frame())
    assert str(caught.value) == "AE-Flow: the loss is not finite from epoch 1 on; lower learning_rate, now 0.01"


@pytest.mark.parametrize(
    ("X", "message"),
    [
        (
            np.zeros((3, 4)),
            "X: X has 4 features, but AEFlowDetector is expecting 8 features as input; give the columns that",
        ),
        (
            np.zeros(3),
            "X: 1D array, where a table is expected. Reshape your data: X.reshape(-1, 1) if it is one feature",
        ),
        ([[1, 2], [3]], "X: its rows differ in length; give each the same columns"),
        (_frame().head(0), "X: it has no rows, 0 sample(s)"),
    ],
)
def test_what_is_no_table_of_these_columns_is_one_line(fitted: AEFlowDetector, X: Any, message: str) -> None:
    with pytest.raises(InputError) as caught:
        fitted.score_samples(X)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_before_the_fit_there_is_no_score() -> None:
    for name in ("score_samples", "predict", "decision_function", "log_likelihoods"):
        with pytest.raises(NotFittedError):
            getattr(AEFlowDetector(), name)(_frame())


def _fails(*_: Any, **__: Any) -> None:
    raise InputError("it fails")


@pytest.mark.parametrize("step", ["_ae_flow_detector.learn_columns", "_fit.train", "_fit.Likelihood.fit"])
def test_a_fit_that_fails_leaves_the_earlier_one(monkeypatch: Any, step: str) -> None:
    detector = AEFlowDetector(**QUICK).fit(_frame())
    before, state = detector.score_samples(_frame()), dict(vars(detector))
    monkeypatch.setattr(f"aeflow.outlier_detection.{step}", _fails)
    with pytest.raises(InputError):
        detector.fit(_frame().assign(more=1))
    assert vars(detector) == state
    np.testing.assert_array_equal(detector.score_samples(_frame()), before)


def test_pickles_give_the_same_scores_and_hold_no_rows(fitted: AEFlowDetector) -> None:
    packed = pickle.dumps(fitted)
    np.testing.assert_array_equal(pickle.loads(packed).score_samples(_frame()), fitted.score_samples(_frame()))
    many = AEFlowDetector(**QUICK).fit(pd.concat([_frame()] * 20, ignore_index=True))
    assert len(pickle.dumps(many)) < len(packed) + 100_000


def test_of_many_columns_errors_are_added_up(monkeypatch: Any, fitted: AEFlowDetector) -> None:
    monkeypatch.setattr(_likelihood, "MOST_COLUMNS", 3)
    few = AEFlowDetector(**QUICK).fit(_frame())
    assert few._likelihood.added.tolist() == [0, 3, 6]
    errors, added = (
        of._likelihood._of_rows(_frame(), of._likelihood._latent_and_errors)[:, few.latent_dim : -1]
        for of in (fitted, few)
    )
    np.testing.assert_allclose(added, np.transpose([errors[:, i : i + 3].sum(axis=1) for i in (0, 3, 6)]), rtol=1e-5)
    assert few.score_samples(_frame().assign(constant=8)).max() < few.offset_


def test_the_model_is_stable_ae_flow_but_for_rounding() -> None:
    """Its loss, and the gradient of every weight."""
    sizes = [3, 2, 40, 7]
    shared: dict[str, Any] = {
        "latent_dim": 4,
        "coupling_layers": 2,
        "coupling": "affine",
        "hidden": (8, 6),
        "noise": 0.5,
    }
    torch.manual_seed(0)
    ours = CellAEFlow(sizes=sizes, temperature=1.0, **shared)
    theirs = StableAEFlow(sizes=sizes, temperature=1.0, **shared)
    theirs.load_state_dict(ours.state_dict())
    first = np.cumsum(sizes) - sizes
    x = torch.from_numpy((np.random.default_rng(0).integers(0, sizes, (64, 4)) + first).astype(np.int32))
    losses = []
    for model in (ours, theirs):
        torch.manual_seed(1)
        losses.append(model.terms(x)["loss"])
        losses[-1].backward()
    torch.testing.assert_close(*losses)
    for one, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(one.grad, other.grad, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    ("hidden", "latent_dim", "coupling"), [((8, 6), 4, "affine"), ((5,), 3, "additive"), ((), 1, "affine")]
)
def test_the_scores_are_the_models_but_for_rounding(hidden: tuple[int, ...], latent_dim: int, coupling: Any) -> None:
    """Those of torch."""
    sizes = [3, 2, 40, 7]
    shape = Shape(latent_dim, 2, coupling, hidden)
    torch.manual_seed(0)
    model = CellAEFlow(
        sizes=sizes,
        latent_dim=latent_dim,
        coupling_layers=2,
        coupling=coupling,
        hidden=hidden,
        noise=0.5,
        temperature=1.0,
    )
    first = np.cumsum(sizes) - sizes
    cells = (np.random.default_rng(0).integers(0, sizes, (64, 4)) + first).astype(np.int32)
    x = torch.from_numpy(cells)
    model.terms(x)  # sets the mean and variance of the normalisation
    model.eval()
    network = network_of(model, shape, first)
    with torch.no_grad():
        z = model.encode(x)
        h, log_det = model.flow(z)
        theirs = [z, standard_normal_log_density(h) + log_det, model.log_p(x, z).T]
    ours = network.encode(cells.T)
    for one, other in zip(
        [ours, network.log_density(ours), network.log_p(cells.T, ours, np.empty((64, 52), "float32"))],
        theirs,
        strict=True,
    ):
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-5)


def _saved(detector: AEFlowDetector, folder: Path) -> Path:
    path = folder / "detector.safetensors"
    detector.save(path)
    return path


def test_a_loaded_detector_is_the_one_that_was_saved(fitted: AEFlowDetector, tmp_path: Path) -> None:
    loaded = AEFlowDetector.load(str(_saved(fitted, tmp_path)))
    rows = pd.concat([_frame(), _frame(700).assign(service="telnet", bytes=-1)], ignore_index=True)
    assert loaded.log_likelihoods(rows).tobytes() == fitted.log_likelihoods(rows).tobytes()
    assert loaded.predict(rows).tolist() == fitted.predict(rows).tolist()
    assert (loaded.offset_, loaded.n_features_in_) == (fitted.offset_, fitted.n_features_in_)
    assert loaded.feature_names_in_.tolist() == fitted.feature_names_in_.tolist()
    assert loaded.get_params() == fitted.get_params()
    assert str(loaded.columns_) == str(fitted.columns_)
    again = loaded.fit(_frame())
    assert again.score_samples(rows).tobytes() == fitted.score_samples(rows).tobytes()


@pytest.mark.parametrize(
    ("X", "settings"),
    [
        (_frame()[["rate", "score"]].to_numpy(), {"random_state": np.random.RandomState(0)}),
        (np.random.default_rng(0).integers(0, 5, (50, 3)), {"categorical_features": np.array([True, False, True])}),
        (np.random.default_rng(0).integers(2**63, 2**64 - 1, (50, 2), dtype=np.uint64), {}),
        (_frame()[["service", "bytes", "secure"]].to_numpy(), {"hidden": [np.int64(4)], "coupling": "additive"}),
        (_frame().set_axis(list("abcdefga"), axis=1), {"contamination": np.float64(0.1)}),
        (_frame().assign(service=_frame()["service"].astype("string"), text=_frame()["service"].astype("str")), {}),
        (_frame().assign(secure=_frame()["secure"].astype("boolean"), rate=_frame()["rate"].astype("Float32")), {}),
        (_frame().assign(bytes=pd.Categorical(_frame()["bytes"] % 3, ordered=True)), {}),
        (_frame().assign(score=_frame()["score"].astype("float16")), {}),
        (pd.DataFrame({"service": ["http"] * 20, "bytes": 5}), {}),
        (pd.DataFrame({"flag": pd.Series([True, 2, 2] * 9, dtype=object)}), {"latent_dim": 1, "hidden": ()}),
    ],
    ids=["floats", "codes", "unsigned", "objects", "names", "texts", "nullable", "category", "half", "equal", "mixed"],
)
def test_all_kinds_of_columns_can_be_saved(X: Any, settings: dict[str, Any], tmp_path: Path) -> None:
    detector = AEFlowDetector(**QUICK | settings).fit(X)
    content = _saved(detector, tmp_path).read_bytes()
    loaded = AEFlowDetector.load(_saved(detector, tmp_path))
    assert loaded.log_likelihoods(X).tobytes() == detector.log_likelihoods(X).tobytes()
    assert [column.said for column in loaded.columns_] == [column.said for column in detector.columns_]
    assert hasattr(loaded, "feature_names_in_") == hasattr(detector, "feature_names_in_")
    assert _saved(loaded, tmp_path).read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["detector.safetensors"]
    if isinstance(detector.random_state, np.random.RandomState):
        assert loaded.random_state is None


@pytest.mark.parametrize(
    ("values", "settings", "what"),
    [
        ({"when": pd.Timestamp(0)}, {"categorical_features": ["when"]}, "datetime64[us]"),
        ({"when": np.longdouble(1.5)}, {}, "float128"),
        ({"when": 1.5}, {"categorical_features": ["when"]}, "float64"),
        ({"when": b"text"}, {}, "object"),
    ],
)
def test_what_cannot_be_saved_is_one_line(
    values: dict[str, Any], settings: dict[str, Any], what: str, tmp_path: Path
) -> None:
    X = pd.DataFrame({"bytes": np.arange(20)}).assign(**{name: [value] * 20 for name, value in values.items()})
    if isinstance(values["when"], np.longdouble):
        X["when"] = np.full(20, values["when"])
    detector = AEFlowDetector(**QUICK | settings).fit(X)
    path = tmp_path / "detector"
    path.write_text("before")
    with pytest.raises(InputError) as caught:
        detector.save(path)
    assert str(caught.value) == (
        f"column 'when': {X['when'].dtype} with such values cannot be saved; make them texts, bools, whole numbers or "
        "floats of up to 64 bits, of numpy's dtypes or pandas' nullable ones, and fit anew"
    )
    assert what in str(caught.value) or what.startswith("datetime64")
    assert path.read_text() == "before"


def test_before_the_fit_there_is_nothing_to_save(tmp_path: Path) -> None:
    with pytest.raises(NotFittedError):
        AEFlowDetector().save(tmp_path / "detector")
    assert not list(tmp_path.iterdir())


def _changed(content: bytes, tensors: dict[str, Any], meta: dict[str, Any]) -> bytes:
    """Return a detector's file with other tensors (None: without it) and other metadata."""
    header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
    found = load(content) | tensors
    described = json.loads(header["__metadata__"]["aeflow.AEFlowDetector"]) | meta
    kept = {name: np.ascontiguousarray(tensor) for name, tensor in found.items() if tensor is not None}
    return save(kept, {"aeflow.AEFlowDetector": json.dumps(described)})


def _swapped(starts: np.ndarray) -> np.ndarray:
    return np.concatenate([starts[:1], starts[:0:-1]])


def _column(name: str, **values: Any) -> Callable[[bytes], bytes]:
    """Return what changes the description of a column in a file."""

    def change(content: bytes) -> bytes:
        header = json.loads(content[8 : 8 + int.from_bytes(content[:8], "little")])
        columns = json.loads(header["__metadata__"]["aeflow.AEFlowDetector"])["columns"]
        return _changed(content, {}, {"columns": [of | (values if of["name"] == name else {}) for of in columns]})

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda content: b"", "no safetensors file (Error while deserializing"),
        (lambda content: content[:-1], "no safetensors file (Error while deserializing"),
        (lambda content: b"PK" + content, "no safetensors file (Error while deserializing"),
        (lambda content: save({"x": np.ones(2)}), "no detector's file (KeyError)"),
        (lambda content: save({}, {"aeflow.AEFlowDetector": "{"}), "no detector's file (JSONDecodeError)"),
        (lambda content: save({}, {"aeflow.AEFlowDetector": "[" * 10**5}), "no detector's file (RecursionError)"),
        (lambda content: save({}, {"aeflow.AEFlowDetector": "[]"}), "the metadata lacks version, parameters, shape"),
        (lambda content: _changed(content, {}, {"version": 3}), "version 3 of the file, where 2 is read"),
        (lambda content: _changed(content, {}, {"offset": float("nan")}), "nan where a finite number is expected"),
        (lambda content: _changed(content, {}, {"rows": 1}), "1 rows"),
        (lambda content: _changed(content, {}, {"columns": []}), "no columns"),
        (lambda content: _changed(content, {}, {"columns": [3]}), "no detector's file (TypeError)"),
        (lambda content: _changed(content, {}, {"parameters": {}}), "parameters of another version"),
        (lambda content: _changed(content, {}, {"shape": {}}), "the network's shape lacks latent_dim"),
        (lambda content: _changed(content, {"more": np.ones(1)}, {}), "tensor 'more' is one too many"),
        (lambda content: _changed(content, {"decoder.0.biases": None}, {}), "tensor 'decoder.0.biases' is missing"),
        (
            lambda content: _changed(content, {"decoder.0.biases": np.ones(3, "float32")}, {}),
            "tensor 'decoder.0.biases' has shape (3,) and dtype float32",
        ),
        (
            lambda content: _changed(content, {"decoder.0.biases": np.ones(8)}, {}),
            "tensor 'decoder.0.biases' has shape (8,) and dtype float64",
        ),
        (
            lambda content: _changed(content, {"decoder.0.biases": np.full(8, np.inf, "float32")}, {}),
            "tensor 'decoder.0.biases' has numbers that are not finite",
        ),
        (
            lambda content: _changed(content, {"decoder.0.biases": np.full(8, 3e38, "float32")}, {}),
            "its scores are not finite",
        ),
        (
            lambda content: _changed(content, {"column.3.starts": _swapped(load(content)["column.3.starts"])}, {}),
            "the cells of column 'bytes' are in no order",
        ),
        (
            lambda content: _changed(content, {"column.3.ends": load(content)["column.3.ends"] + 1}, {}),
            "the cells of column 'bytes' are in no order",
        ),
        (_column("service", categories=["smtp", "http", "ftp"]), "column 'service' is none that a detector learns"),
        (_column("service", categories=["ftp", "http", 1.5]), "1.5 is no text, bool or whole number of 64 bits"),
        (_column("bytes", dtype="float128"), "dtype 'float128' is none that a file can have"),
        (_column("bytes", dtype="int8"), "no detector's file ("),  # OverflowError, of older versions ValueError
        (_column("bytes", decimals=7), "column 'bytes': int64 with such values cannot be saved"),
    ],
)
def test_a_file_that_is_no_detectors_is_one_line(
    fitted: AEFlowDetector, change: Callable[[bytes], bytes], message: str, tmp_path: Path
) -> None:
    path = _saved(fitted, tmp_path)
    path.write_bytes(change(path.read_bytes()))
    with pytest.raises(InputError) as caught:
        AEFlowDetector.load(path)
    assert str(caught.value).startswith(f"{path}: {message}")
    assert str(caught.value).endswith("; save the detector anew")
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    for path, what in ((tmp_path / "none", "No such file or directory"), (tmp_path, "Is a directory")):
        with pytest.raises(InputError) as caught:
            AEFlowDetector.load(path)
        assert str(caught.value) == f"{path}: {what}; save the detector there, or correct the path"


def test_a_damaged_file_is_refused_or_scores_are_finite(tmp_path: Path) -> None:
    detector = AEFlowDetector(**QUICK | {"hidden": (2,), "latent_dim": 2, "bins": 3}).fit(_frame())
    path = _saved(detector, tmp_path)
    content = path.read_bytes()
    rng = np.random.default_rng(0)
    refused = 0
    for _ in range(200):
        damaged = bytearray(content)
        # Half of them in the header, which is the smaller part's equal in ways to be wrong.
        end = len(content) if rng.random() < 0.5 else 8 + int.from_bytes(content[:8], "little")
        damaged[rng.integers(end)] ^= 1 << rng.integers(8)
        path.write_bytes(damaged)
        try:
            scores = AEFlowDetector.load(path).log_likelihoods(_frame())
        except InputError:
            refused += 1
        else:
            assert np.isfinite(scores).all()
    assert 60 < refused < 200


def test_load_and_score_import_no_torch(fitted: AEFlowDetector, tmp_path: Path) -> None:
    """In a process of their own, where the scores are the same too."""
    code = (
        "import sys, pickle\n"
        "from aeflow.outlier_detection import AEFlowDetector\n"
        "frame, scores = pickle.load(open(sys.argv[2], 'rb'))\n"
        "assert AEFlowDetector.load(sys.argv[1]).score_samples(frame).tobytes() == scores.tobytes()\n"
        "assert not {'torch', 'pytorch_lightning', 'lightning'} & set(sys.modules)\n"
    )
    rows = tmp_path / "rows.pickle"
    rows.write_bytes(pickle.dumps((_frame(), fitted.score_samples(_frame()))))
    subprocess.run([sys.executable, "-c", code, str(_saved(fitted, tmp_path)), str(rows)], check=True)
