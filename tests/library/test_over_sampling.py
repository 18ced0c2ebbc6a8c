"""The generative over-samplers: what they give back, and rows that are legal."""

import copy
import pickle
import tracemalloc
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch
from imblearn.pipeline import make_pipeline
from scipy import sparse
from sklearn.base import clone
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier

from aeflow import AEFlowSampler, CGANSampler, VAESampler
from aeflow.errors import InputError
from aeflow.over_sampling._generative import GenerativeSampler

SAMPLERS: dict[str, Callable[..., GenerativeSampler]] = {
    "ae_flow": AEFlowSampler,
    "ae_flow_paper": lambda **settings: AEFlowSampler(objective="paper", **({"latent_dim": 3} | settings)),
    "vae": VAESampler,
    "cgan": CGANSampler,
}
QUICK: dict[str, Any] = {"max_epochs": 2, "hidden": (8,), "random_state": 0}
every_sampler = pytest.mark.parametrize("make", SAMPLERS.values(), ids=SAMPLERS)
# Two epochs are no fit: that it looks collapsed is no news.
pytestmark = pytest.mark.filterwarnings("ignore::aeflow.errors.CollapseWarning")


def _frame(n: int = 60) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "service": rng.choice(["http", "smtp", "ftp"], n),
            "state": pd.Categorical(rng.choice(["SF", "REJ"], n), categories=["REJ", "RST", "SF"]),
            "secure": rng.random(n) < 0.3,
            "port": rng.choice([21, 25, 80], n),
            "count": rng.poisson(4, n),
            "flag": rng.integers(0, 2, n).astype("int8"),
            "rate": rng.random(n).round(2),
            "score": rng.normal(size=n).astype("float32"),
            "constant": 7,
        },
        index=pd.Index(np.arange(n) * 3, name="id"),
    )
    return frame, np.where(np.arange(n) < n // 4, "attack", "normal")


def test_default_parameters_round_trip() -> None:
    for make in (AEFlowSampler, VAESampler, CGANSampler):
        sampler = make(random_state=3, hidden=(5,))
        again = make(**sampler.get_params())
        assert again.get_params() == sampler.get_params() == clone(sampler).get_params()
        with pytest.raises(TypeError):
            make("auto")  # type: ignore[call-arg]


@every_sampler
def test_frames_come_back_as_frames_with_legal_new_rows(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    sampler = make(**QUICK, categorical_features=["port"])
    X_new, y_new = sampler.fit_resample(X, pd.Series(y, name="class"))
    assert (X_new.dtypes == X.dtypes).all()
    assert X_new["state"].cat.categories.tolist() == ["REJ", "RST", "SF"]
    pd.testing.assert_frame_equal(X_new.head(len(X)), X)
    assert y_new.value_counts().to_dict() == {"attack": 45, "normal": 45}
    assert y_new.name == "class"
    synthetic = X_new[sampler.synthetic_]
    assert len(synthetic) == 30
    assert not sampler.synthetic_[: len(X)].any()
    assert (y_new[sampler.synthetic_] == "attack").all()
    for name in ("service", "state", "secure", "port", "constant"):
        assert set(synthetic[name]) <= set(X[name])
    assert synthetic["count"].between(X["count"].min(), X["count"].max()).all()
    assert synthetic["flag"].isin([0, 1]).all()
    assert synthetic["rate"].between(0, 1).all()
    assert (synthetic["rate"] == synthetic["rate"].round(2)).all()
    assert np.isfinite(synthetic["score"]).all()


@pytest.mark.parametrize(
    ("given", "columns"),
    [("auto", {0, 1, 2}), (["port"], {0, 1, 2, 3}), ([3, -1], {0, 1, 2, 3, 8}), (np.arange(9) == 5, {0, 1, 2, 5})],
)
def test_categorical_columns_by_name_position_mask_and_dtype(given: Any, columns: set[int]) -> None:
    sampler = VAESampler(**QUICK, categorical_features=given)
    sampler.fit(*_frame())
    assert {i for i, column in enumerate(sampler.columns_) if column.categories is not None} == columns


def test_an_unknown_categorical_column_is_refused() -> None:
    with pytest.raises(InputError, match=r"^categorical_features: 'prot' is neither a column nor a position below 9"):
        VAESampler(**QUICK, categorical_features=["prot"]).fit(*_frame())


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("score", np.nan, r"^row 4 \(from 0, index 12\), column 'score': missing value \(NaN\); fill it"),
        ("score", np.inf, r"^row 4 \(from 0, index 12\), column 'score': inf is not finite"),
        ("service", None, r"^row 4 \(from 0, index 12\), column 'service': missing value"),
    ],
)
def test_cells_that_are_no_values_are_named(column: str, value: Any, message: str) -> None:
    X, y = _frame()
    X.loc[X.index[4], column] = value
    with pytest.raises(InputError, match=message):
        AEFlowSampler(**QUICK).fit_resample(X, y)


def test_columns_of_times_are_refused() -> None:
    X, y = _frame()
    with pytest.raises(InputError, match="column 'seen': times are neither numbers nor categories"):
        AEFlowSampler(**QUICK).fit_resample(X.assign(seen=pd.Timestamp("2020-01-01")), y)


@every_sampler
@pytest.mark.parametrize(
    ("strategy", "wanted"),
    [("auto", 45), ("all", 45), ("minority", 45), (0.9, 40), ({"attack": 40}, 40), (lambda y: {"attack": 41}, 41)],
)
def test_every_form_of_sampling_strategy(make: Callable[..., GenerativeSampler], strategy: Any, wanted: int) -> None:
    X, y = _frame()
    _, y_new = make(**QUICK, sampling_strategy=strategy).fit_resample(X, y)
    assert (y_new == "attack").sum() == wanted


def _numpy_state() -> np.ndarray:
    state = np.random.get_state(legacy=False)
    assert isinstance(state, dict)
    return state["state"]["key"].copy()


@every_sampler
def test_same_random_state_same_bytes_and_global_states_untouched(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    torch.manual_seed(1)
    np.random.seed(1)
    states = torch.get_rng_state(), _numpy_state(), torch.get_num_threads()
    first, _ = make(**QUICK).fit_resample(X, y)
    assert torch.equal(torch.get_rng_state(), states[0])
    assert (_numpy_state() == states[1]).all()
    assert torch.get_num_threads() == states[2]
    torch.rand(3)
    again, _ = make(**QUICK).fit_resample(X, y)
    pd.testing.assert_frame_equal(first, again, check_exact=True)
    other, _ = make(**(QUICK | {"random_state": 1})).fit_resample(X, y)
    assert not first.equals(other)


@every_sampler
def test_a_class_of_one_row_is_refused(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    y[0] = "rare"
    with pytest.raises(InputError, match=r"^class 'rare' has 1 row, .* needs 2 or more; leave the class out"):
        make(**QUICK).fit_resample(X, y)
    # Left out, it stays as it is.
    _, y_new = make(**QUICK, sampling_strategy={"attack": 20}).fit_resample(X, y)
    assert (y_new == "rare").sum() == 1


@every_sampler
def test_a_target_below_the_present_count_is_refused(make: Callable[..., GenerativeSampler]) -> None:
    with pytest.raises(
        ValueError,
        match=r"^sampling_strategy: 3 rows for class 'attack', which has 15; choose a whole number, 15 or more$",
    ):
        make(**QUICK, sampling_strategy={"attack": 3}).fit_resample(*_frame())


@every_sampler
def test_a_class_of_equal_rows_and_a_single_column_can_be_learned(make: Callable[..., GenerativeSampler]) -> None:
    X = pd.DataFrame({"a": [1.0] * 5 + [0.0, 2.0] * 10})
    sampler = make(**QUICK, **({"latent_dim": 1} if make is SAMPLERS["ae_flow_paper"] else {}))
    X_new, _ = sampler.fit_resample(X, np.array([1] * 5 + [0] * 20))
    new = X_new[sampler.synthetic_]["a"]
    assert len(new) == 15
    assert new.between(0, 2).all()
    if make is AEFlowSampler:
        assert (new == 1).all()


@every_sampler
def test_new_rows_repeat_no_real_one_where_real_rows_do_not_repeat(make: Callable[..., GenerativeSampler]) -> None:
    X = pd.DataFrame({"a": np.arange(40), "b": np.arange(40) % 3})
    sampler = make(**QUICK, **({"latent_dim": 1} if make is SAMPLERS["ae_flow_paper"] else {}))
    X_new, _ = sampler.fit_resample(X, np.arange(40) < 15)
    rows = pd.MultiIndex.from_frame(X_new)
    assert not rows[sampler.synthetic_].isin(rows[:15]).any()
    assert set(sampler.diagnostics_[True]) >= {"legal_when_drawn", "copies_when_drawn"}


def test_new_rows_may_repeat_real_ones_that_repeat_each_other() -> None:
    X = pd.DataFrame({"a": [0, 1] * 40, "b": [0, 1] * 40})
    sampler = AEFlowSampler(random_state=0)
    X_new, _ = sampler.fit_resample(X, np.arange(80) < 30)
    new = X_new[sampler.synthetic_]
    assert len(new) == 20
    assert (new["a"] == new["b"]).mean() >= 0.8


@every_sampler
def test_arrays_and_sparse_matrices_come_back_as_they_were(make: Callable[..., GenerativeSampler]) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.poisson(1.0, size=(40, 4)).astype("float32"), np.arange(40) < 12
    dense, _ = make(**QUICK).fit_resample(X, y)
    assert dense.dtype == "float32"
    assert (dense == dense.round()).all()
    for convert in (sparse.csr_matrix, sparse.csc_matrix):
        thin, _ = make(**QUICK).fit_resample(convert(X), y)
        assert thin.format == convert(X).format
        np.testing.assert_array_equal(thin.toarray(), dense)
    mixed = np.array([["a", 1.5], ["b", 2.5]] * 20, dtype=object)
    sampler = make(**QUICK, **({"latent_dim": 1} if make is SAMPLERS["ae_flow_paper"] else {}))
    again, _ = sampler.fit_resample(mixed, y)
    assert set(again[:, 0]) == {"a", "b"}
    assert {type(value) for value in again[:, 1]} == {float}


@every_sampler
def test_fitted_samplers_survive_a_process_pool(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    sampler = make(**QUICK)
    here, _ = sampler.fit_resample(X, y)
    copied = pickle.loads(pickle.dumps(sampler))
    pd.testing.assert_frame_equal(copied.training_curve_, sampler.training_curve_)
    again, _ = copied.fit_resample(X, y)
    pd.testing.assert_frame_equal(again, here)


def test_within_a_pipeline_and_a_grid_search() -> None:
    X, y = _frame()
    encode = make_column_transformer(
        (OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number")), remainder="passthrough"
    )
    pipeline = make_pipeline(AEFlowSampler(**QUICK), encode, DecisionTreeClassifier(random_state=0))
    search = GridSearchCV(pipeline, {"aeflowsampler__latent_dim": [2, 3]}, cv=2, error_score="raise")
    search.fit(X, y)
    assert set(search.predict(X)) <= {"attack", "normal"}


@every_sampler
def test_the_training_curve_has_a_row_for_each_epoch(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    y = np.where(np.arange(len(y)) >= 50, "other", y)
    sampler = make(**QUICK)
    sampler.fit_resample(X, y)
    fits = ["attack and other"] if make is CGANSampler else ["attack", "other"]
    assert sampler.training_curve_["classes"].tolist() == [name for name in fits for _ in range(2)]
    assert sampler.training_curve_["epoch"].tolist() == [1, 2] * len(fits)
    assert np.isfinite(sampler.training_curve_.select_dtypes("number")).all(axis=None)


def test_steps_bound_the_training() -> None:
    X, y = _frame()
    sampler = AEFlowSampler(**(QUICK | {"max_epochs": 50}), max_steps=7, batch_size=10)
    sampler.fit_resample(X, y)
    assert len(sampler.training_curve_) == 3  # of two steps each, for 15 rows


@every_sampler
def test_warm_start_goes_on_from_the_earlier_fit(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    sampler = make(**(QUICK | {"max_epochs": 20}), warm_start=True)
    sampler.fit_resample(X, y)
    first = sampler.training_curve_
    weights = [parameter.detach().clone() for parameter in sampler.generators_["attack"].model.parameters()]
    sampler.set_params(learning_rate=1e-6)
    sampler.fit_resample(X, y)
    for before, after in zip(weights, sampler.generators_["attack"].model.parameters(), strict=True):
        torch.testing.assert_close(before, after.detach(), atol=1e-3, rtol=0)
    loss = "generator_loss" if make is CGANSampler else "loss"
    if make is not CGANSampler:
        assert sampler.training_curve_[loss].iloc[0] < first[loss].iloc[0]
    cold = make(**(QUICK | {"max_epochs": 20}))
    cold.fit_resample(X, y)
    cold.fit_resample(X, y)
    pd.testing.assert_frame_equal(cold.training_curve_, first)


@every_sampler
def test_warm_start_learns_a_class_that_is_new(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    sampler = make(**QUICK, warm_start=True)
    sampler.fit_resample(X, y)
    y[50:] = "other"
    _, y_new = sampler.fit_resample(X, y)
    assert pd.Series(y_new).value_counts().to_dict() == {"attack": 35, "normal": 35, "other": 35}


def test_warm_start_refuses_a_category_that_it_has_not_learned() -> None:
    X, y = _frame()
    sampler = AEFlowSampler(**QUICK, warm_start=True)
    sampler.fit_resample(X, y)
    X.loc[X.index[2], "service"] = "gopher"
    with pytest.raises(
        InputError, match=r"^row 2 \(from 0, index 6\), column 'service': 'gopher' is not among the categories"
    ):
        sampler.fit_resample(X, y)


@every_sampler
def test_a_fitted_sampler_draws_more_rows_of_a_class(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    sampler = make(**QUICK, categorical_features=["port"])
    X_new, _ = sampler.fit_resample(X, y)
    diagnostics = copy.deepcopy(sampler.diagnostics_)
    new = sampler.sample(200, "attack", random_state=0)
    assert len(new) == 200
    assert (new.dtypes == X.dtypes).all()
    assert new["state"].cat.categories.tolist() == ["REJ", "RST", "SF"]
    assert set(new["port"]) <= set(X["port"])
    assert new["count"].between(X["count"].min(), X["count"].max()).all()
    assert sampler.diagnostics_ == diagnostics
    pd.testing.assert_frame_equal(sampler.sample(200, "attack", random_state=0), new)
    assert not sampler.sample(200, "attack", random_state=1).equals(new)
    assert not sampler.sample(200, "attack").equals(sampler.sample(200, "attack"))
    # With the number that the fit had, its own rows do not come again.
    drawn = X_new[sampler.synthetic_].reset_index(drop=True)
    assert not sampler.sample(len(drawn), "attack", random_state=QUICK["random_state"]).equals(drawn)


@every_sampler
def test_rows_drawn_later_repeat_no_real_one_either(make: Callable[..., GenerativeSampler]) -> None:
    X = pd.DataFrame({"a": np.arange(40), "b": np.arange(40) % 3})
    sampler = make(**QUICK, **({"latent_dim": 1} if make is SAMPLERS["ae_flow_paper"] else {}))
    sampler.fit_resample(X, np.arange(40) < 15)
    new = sampler.sample(40, True, random_state=0)
    assert not pd.MultiIndex.from_frame(new).isin(pd.MultiIndex.from_frame(X.head(15))).any()


def _named(values: np.ndarray) -> pd.DataFrame:
    return pd.DataFrame(values, columns=list("abcd"))


def _sparse(values: np.ndarray) -> pd.DataFrame:
    return _named(values).astype(pd.SparseDtype("float32", 0.0))


@pytest.mark.parametrize("form", [np.asarray, sparse.csr_matrix, sparse.csc_array, _named, _sparse])
def test_rows_drawn_later_are_the_kind_of_array_that_was_fitted(form: Callable[[Any], Any]) -> None:
    values = np.random.default_rng(0).poisson(1.0, size=(40, 4)).astype("float32")
    X = form(values)
    sampler = VAESampler(**QUICK)
    X_new, _ = sampler.fit_resample(X, np.arange(40) < 12)
    new = pickle.loads(pickle.dumps(sampler)).sample(7, True, random_state=0)
    assert type(new) is type(X_new)
    assert new.shape == (7, 4)
    if isinstance(X, pd.DataFrame):
        assert new.dtypes.equals(X_new.dtypes)
        assert new.columns.equals(X.columns)
    else:
        assert new.dtype == "float32"
        assert getattr(new, "format", "") == getattr(X, "format", "")


def test_a_further_fit_keeps_the_models_and_not_the_rows() -> None:
    X = pd.DataFrame({"a": np.arange(80), "b": np.arange(80) % 3})
    sampler = CGANSampler(**QUICK, warm_start=True, sampling_strategy={"a": 50, "b": 50})
    sampler.fit_resample(X, np.repeat(["a", "b", "c"], [15, 15, 50]))
    sampler.fit_resample(X, np.repeat(["a", "c", "b"], [32, 32, 16]))
    fitted = sampler.generators_["b"]
    assert fitted.model is sampler.generators_["a"].model
    assert fitted.code == 1
    new = sampler.sample(300, "b", random_state=0)
    assert new["a"].between(64, 79).any()
    assert not pd.MultiIndex.from_frame(new).isin(pd.MultiIndex.from_frame(X[64:])).any()


def test_what_cannot_be_drawn_is_one_clear_line() -> None:
    X, y = _frame()
    sampler = AEFlowSampler(**QUICK)
    for draw in (sampler.sample, sampler.fit(X, y).sample):
        with pytest.raises(NotFittedError, match="AEFlowSampler instance is not fitted yet; call fit_resample first"):
            draw(3, "attack")
    with pytest.raises(NotFittedError):
        sampler.latent(X, "attack")
    sampler.fit_resample(X, y)
    for n in (0, -1, 2.5, "3"):
        with pytest.raises(InputError, match=rf"^n: {n!r} is no number of rows; choose a whole number of 1 or more$"):
            sampler.sample(n, "attack")  # type: ignore[arg-type]
    line = r"^label: 'normal' is not among the classes that grew \('attack'\); choose one of them$"
    for ask in (lambda: sampler.sample(3, "normal"), lambda: sampler.latent(X, "normal")):
        with pytest.raises(InputError, match=line):
            ask()
    sampler.set_params(sampling_strategy={}).fit_resample(X, y)
    with pytest.raises(InputError, match=r"the classes that grew \(none did\)"):
        sampler.sample(3, "attack")


def test_progress_is_shown_if_wanted(capfd: pytest.CaptureFixture[str]) -> None:
    AEFlowSampler(**QUICK).fit_resample(*_frame())
    assert capfd.readouterr().err == ""
    AEFlowSampler(**QUICK, verbose=True).fit_resample(*_frame())
    assert "AE-Flow on attack: 100%" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("h_std", "z_std", "collapsed"), [(1.0, 1.0, False), (0.7, 1.0, True), (1.3, 1.0, True), (1.0, 0.05, True)]
)
def test_a_collapse_shows_in_the_spread_of_h_or_of_z(
    monkeypatch: pytest.MonkeyPatch, h_std: float, z_std: float, collapsed: bool
) -> None:
    def fitted(sampler: GenerativeSampler, *_: Any) -> None:
        sampler.diagnostics_ = {"attack": {"h_std": h_std, "z_std": z_std, "log_det": 40.0}}

    monkeypatch.setattr(GenerativeSampler, "_fit_generators", fitted)
    sampler = AEFlowSampler()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        sampler._fit_generators(*_frame(), ["attack"], 0)
    assert sampler.diagnostics_["attack"]["collapsed"] == collapsed
    assert len(caught) == collapsed


def test_the_papers_objective_wants_a_latent_below_the_columns() -> None:
    with pytest.raises(InputError, match="latent_dim: 12 is above the 9 features; choose 9 or less"):
        AEFlowSampler(**QUICK, objective="paper").fit_resample(*_frame())


# What is given to a sampler after its fit.


@pytest.fixture
def rates() -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    return pd.DataFrame({"dur": rng.integers(0, 2000, 60), "rate": rng.random(60).round(2)}), np.arange(60) < 15


@every_sampler
def test_columns_of_another_frame_are_found_by_name(
    make: Callable[..., GenerativeSampler], rates: tuple[pd.DataFrame, np.ndarray]
) -> None:
    X, y = rates
    sampler = make(**QUICK, warm_start=True, **({"latent_dim": 1} if make is SAMPLERS["ae_flow_paper"] else {}))
    sampler.fit_resample(X, y)
    X_new, _ = sampler.fit_resample(X[["rate", "dur"]], y)
    assert list(X_new) == ["rate", "dur"]
    assert X_new["rate"].between(0, 1).all()
    assert X_new["dur"].max() > 1
    if isinstance(sampler, AEFlowSampler):
        np.testing.assert_array_equal(sampler.latent(X, True), sampler.latent(X[["rate", "dur"]], True))


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (
            lambda X: X.rename(columns={"rate": "ratio"}),
            r"^columns: X lacks 'rate' and has 'ratio'; give the 2 columns",
        ),
        (lambda X: X.assign(more=1), r"^columns: X has 'more'; give the 2 columns that were learned$"),
        (
            lambda X: X.assign(rate="high"),
            r"^column 'rate': (str|object) where numbers were learned; convert",
        ),
        (lambda X: X.assign(rate=np.nan), r"^row 0 \(from 0\), column 'rate': missing value"),
        (lambda X: X.to_numpy(), r"^columns: X lacks 'dur', 'rate' and has 0, 1; give the 2 columns"),
    ],
)
def test_what_does_not_fit_a_fitted_sampler_is_one_line(
    change: Callable[[pd.DataFrame], Any], line: str, rates: tuple[pd.DataFrame, np.ndarray]
) -> None:
    X, y = rates
    sampler = AEFlowSampler(**QUICK, warm_start=True)
    sampler.fit_resample(X, y)
    before = pickle.dumps(sampler)
    for use in (lambda X: sampler.fit_resample(X, y), lambda X: sampler.latent(X, True)):
        with pytest.raises(InputError, match=line):
            use(change(X))
    assert pickle.dumps(sampler) == before


def test_warm_start_refuses_numbers_outside_of_what_it_has_learned(rates: tuple[pd.DataFrame, np.ndarray]) -> None:
    X, y = rates
    sampler = VAESampler(**QUICK, warm_start=True)
    sampler.fit_resample(X, y)
    with pytest.raises(
        InputError,
        match=r"^row 7 \(from 0\), column 'rate': 1.5 is outside of 0\.\d+ to \d\.\d+, the range that was learned",
    ):
        sampler.fit_resample(X.assign(rate=X["rate"].where(X.index != 7, 1.5)), y)


@every_sampler
def test_a_fit_that_fails_leaves_the_earlier_one(
    make: Callable[..., GenerativeSampler], monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = _frame()
    sampler = make(**QUICK, warm_start=True)
    sampler.fit_resample(X, y)
    before, drawn = pickle.dumps(sampler), sampler.sample(20, "attack", random_state=0)

    def diverging(model: Any, *_: Any, **__: Any) -> pd.DataFrame:
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.fill_(np.nan)
        return pd.DataFrame({"epoch": [1], "loss": [np.nan]})

    monkeypatch.setattr("aeflow.over_sampling._generative.train", diverging)
    with pytest.raises(InputError, match="the loss is not finite from epoch 1 on"):
        sampler.fit_resample(X, y)
    with pytest.raises(InputError, match="which has 15"):
        sampler.set_params(sampling_strategy={"attack": 1}).fit_resample(X, y)
    sampler.set_params(sampling_strategy="auto")
    assert pickle.dumps(sampler) == before
    pd.testing.assert_frame_equal(sampler.sample(20, "attack", random_state=0), drawn)


# What columns are taken for.


def _with(values: Any) -> tuple[pd.DataFrame, np.ndarray]:
    rng = np.random.default_rng(0)
    return pd.DataFrame({"a": rng.random(len(values)), "t": values}), np.arange(len(values)) < 15


def test_numbers_as_objects_are_numbers_in_frames_and_arrays() -> None:
    X, y = _with(np.array([*range(50), *np.arange(10) / 4], dtype=object))
    for given in (X, X.to_numpy(dtype=object), X.to_numpy(dtype=object).tolist()):
        sampler = VAESampler(**QUICK)
        X_new, _ = sampler.fit_resample(given, y)
        assert sampler.columns_[1].categories is None
        assert sampler.columns_[1].decimals == 2
        assert type(X_new) is type(given)


@pytest.mark.parametrize("of", [pd.Series, lambda texts: pd.Series(texts, dtype=object), "array"])
def test_texts_that_are_numbers_but_for_a_few_are_named_in_a_warning(of: Any) -> None:
    texts = [*map(str, range(58)), "dur", "-"]
    X, y = _with(texts if of == "array" else of(texts))
    given = X.to_numpy(dtype=object) if of == "array" else X
    name = "1" if of == "array" else "'t'"
    line = (
        rf"^column {name}: its texts are numbers, but for '(dur|-)', '(dur|-)'; they are taken for categories: convert"
    )
    with pytest.warns(UserWarning, match=line):
        VAESampler(**QUICK).fit_resample(given, y)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        VAESampler(**QUICK, categorical_features=[1]).fit_resample(given, y)
        VAESampler(**QUICK).fit_resample(*_with(["tcp", "udp", "6"] * 20))


def test_an_identifier_as_text_is_refused_before_it_takes_the_memory() -> None:
    X, y = _with([f"10.0.0.{i}" for i in range(3000)])
    line = r"^column 't': 3000 of 3000 texts occur once, so it is an identifier; drop the column$"
    with pytest.raises(InputError, match=line):
        AEFlowSampler(**QUICK).fit_resample(X, y)


def test_a_mask_of_another_length_is_refused() -> None:
    with pytest.raises(
        InputError, match=r"^categorical_features: 4 entries for 9 columns; give one for each, or names$"
    ):
        AEFlowSampler(**QUICK, categorical_features=[False, False, True, False]).fit_resample(*_frame())


@pytest.mark.parametrize("hidden", [(-8,), (8.5,), (True,), ("8",), (8,) * 9, (10**9,)])
def test_impossible_layers_are_refused(hidden: Any) -> None:
    with pytest.raises(InputError, match=r"^hidden: .*; give at most 8 whole numbers of units from 1 to 4096$"):
        AEFlowSampler(**(QUICK | {"hidden": hidden})).fit_resample(*_frame())


@pytest.mark.parametrize("make", [VAESampler, CGANSampler])
def test_a_batch_of_one_row_is_a_batch(make: Callable[..., GenerativeSampler]) -> None:
    X, y = _frame()
    assert len(make(**QUICK, batch_size=1).fit_resample(X, y)[0]) == 90


def test_times_can_be_categories() -> None:
    days = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.arange(60) % 3, "D")
    X, y = _with(days)
    X_new, _ = AEFlowSampler(**QUICK, categorical_features=["t"]).fit_resample(X, y)
    assert X_new["t"].dtype == X["t"].dtype
    assert set(X_new["t"]) == set(X["t"])


# Drawing.


@every_sampler
def test_the_size_of_a_chunk_changes_no_byte(
    make: Callable[..., GenerativeSampler], monkeypatch: pytest.MonkeyPatch
) -> None:
    X, y = _frame()
    sampler = make(**QUICK)
    sampler.fit_resample(X, y)
    drawn = []
    for rows in (1, 7, 100, 512):
        monkeypatch.setattr("aeflow.over_sampling._generative.CHUNK_ROWS", rows)
        drawn.append(sampler.sample(300, "attack", random_state=0))
    for other in drawn[1:]:
        pd.testing.assert_frame_equal(other, drawn[0], check_exact=True)


@every_sampler
def test_memory_grows_with_the_rows_drawn_alone(make: Callable[..., GenerativeSampler]) -> None:
    X = np.random.default_rng(0).normal(size=(200, 40))
    sampler = make(**QUICK)
    sampler.fit_resample(X, np.arange(200) < 90)
    tracemalloc.start()
    new = sampler.sample(30_000, True, random_state=0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2.2 * new.nbytes + 8e6


def test_the_index_goes_on() -> None:
    X, y = _frame()
    X_new, y_new = VAESampler(**QUICK).fit_resample(X, pd.Series(y, index=X.index))
    assert X_new.index.tolist() == [*X.index, *range(178, 208)]
    assert X_new.index.name == "id"
    assert y_new.index.equals(X_new.index)
    named = X.set_axis([f"host{i}" for i in range(60)])
    X_new, _ = VAESampler(**QUICK).fit_resample(named, y)
    pd.testing.assert_frame_equal(X_new.iloc[:60], named)
    assert X_new.index[60:].isna().all()
