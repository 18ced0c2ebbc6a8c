"""AE-Flow as an outlier detector: its scores, what was never seen, and what does not change a score."""

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from aeflow import AEFlowDetector
from aeflow._generators.stable_ae_flow import StableAEFlow
from aeflow.errors import InputError
from aeflow.outlier_detection import _likelihood
from aeflow.outlier_detection._model import CellAEFlow

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


@pytest.mark.parametrize("block", [64, 1024])
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
    from aeflow.outlier_detection._lookup import Lookup
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
    cells, known = Lookup(table)(frame)
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
        ("bytes", "many\nlines", "column 'bytes': object where the sampler has learned numbers; convert it"),
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


@pytest.mark.parametrize("step", ["learn_columns", "train", "Likelihood"])
def test_a_fit_that_fails_leaves_the_earlier_one(monkeypatch: Any, step: str) -> None:
    detector = AEFlowDetector(**QUICK).fit(_frame())
    before, state = detector.score_samples(_frame()), dict(vars(detector))
    monkeypatch.setattr(f"aeflow.outlier_detection._ae_flow_detector.{step}", _fails)
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
    assert few._likelihood.added.tolist() == [0, 0, 0, 1, 1, 1, 2, 2]
    errors, added = (
        of._likelihood._in_blocks(_frame(), of._likelihood._latent_and_errors)[few.latent_dim : -1]
        for of in (fitted, few)
    )
    torch.testing.assert_close(added, torch.stack([part.sum(dim=0) for part in errors.split(3)]))
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
