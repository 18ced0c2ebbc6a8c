"""A model folder, and what `aeflow predict` says of flows."""

import copy
import gzip
import json
import pickle
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import chdir
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from conftest import ROOT

from aeflow import AEFlowDetector
from aeflow.errors import InputError
from nids.balance.training_set import Rows
from nids.base.files import read_frame, write_bytes, write_json
from nids.commands import commands
from nids.data.dataset import in_memory
from nids.data.description import Description
from nids.data.encode import encode
from nids.data.labels import Classes
from nids.data.sets import ENCODED, read_training
from nids.detect import FILES, Options
from nids.detect import fit as fitting
from nids.detect.density import NAMES, Density, density_path
from nids.detect.storage import to_bytes
from nids.judge.scores import confusion_matrix
from nids.params import Params
from nids.predict import flows
from nids.predict.decisions import decided, prior_of, with_prior
from nids.predict.manifest import DENSITY, MANIFEST
from nids.predict.model import Model
from nids.predict.package import package

TEST = ROOT / "data/demo/test.txt"
SCORES = {"weighted_f1": 0.9, "macro_f1": 0.8, "recall": dict.fromkeys(("Normal", "Dos", "Probe", "R2L", "U2R"), 0.7)}
RULE = {
    "multipliers": {"Normal": 1.0, "Dos": 1.0, "Probe": 2.0, "R2L": 30.0, "U2R": 500.0},
    "macro_recall": {"argmax": 0.5, "decided": 0.7},
    "false_alarm_rate": {"argmax": 0.01, "decided": 0.05},
}
MADE_OF = {"data": {"train/train.txt": "ab" * 32}, "params": "cd" * 32, "code": "ef" * 32}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, description: Description, params: Params) -> Path:
    """A folder with encoded demo data, fitted classifiers, and a model folder for them, ``model``."""
    folder = tmp_path_factory.mktemp("made")
    for key, of_set in description.files.sets.items():
        for one in of_set:
            (folder / "raw" / key).mkdir(parents=True)
            shutil.copy(ROOT / description.files.folder / one.name, folder / "raw" / key)
    with chdir(folder):
        found, tests, _ = encode(folder / "raw", description)
        dataset = in_memory(description, found, tests)
        train = read_training(dataset)
        rare = np.isin(train.labels, [train.classes.index(name) for name in dataset.minority])
        known = train.known(rare | (np.arange(len(rare)) % 4 == 0))
        options = Options("label", lr_max_iter=20, colsample_bytree=0.5)
        normal = known.records[known.labels == known.classes.index("Normal")]
        detector = AEFlowDetector(max_steps=100, hidden=(16,), random_state=0).fit(normal)
        density = Density(detector, train.encoder)
        density.save(density_path(0, params.seeds))
        with pytest.MonkeyPatch.context() as patch:
            for name in ("XGBClassifier", "RandomForestClassifier"):
                patch.setattr(fitting, name, partial(getattr(fitting, name), n_estimators=8))
            for name, file in FILES.items():
                rows = Rows(density.before(name, known.features), known.labels)
                classifier = fitting.fit(name, rows, train.encoder, options, weighted=False, seed=0)
                write_bytes(Path("data/classifiers/ae_flow/ae_flow/seed0") / file, to_bytes(classifier))
        balanced = {"Normal": 600, "Dos": 600, "Probe": 390, "R2L": 465, "U2R": 422}
        write_json(Path("data/probabilities/ae_flow/reports.json"), {"ae_flow": {"seed0": {"rows": balanced}}})
        package(Path("model"), "ae_flow", 0, params, dataset, {"xgb_density": SCORES}, {"xgb_density": RULE}, MADE_OF)
    return folder


@pytest.fixture(scope="module")
def model(made: Path) -> Model:
    return Model.load(made / "model")


@pytest.fixture(scope="module")
def raw(model: Model) -> pd.DataFrame:
    """The test rows as they are recorded, with all columns of the file, as texts."""
    return pd.read_csv(TEST, header=None, names=list(model.manifest_.source.read.names), dtype=str)


@pytest.fixture
def run(made: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    # A folder takes seconds to load.
    monkeypatch.setattr("nids.predict.command.Model.load", lambda *of: copy.copy(_loaded(*of)))

    def of(*arguments: str, folder: Path | None = None, **others: Any) -> Result:
        found = CliRunner().invoke(commands, ["predict", str(folder or made / "model"), *arguments], **others)
        if isinstance(found.exception, InputError):
            assert str(found.exception).isprintable()
        elif found.exception is not None and not isinstance(found.exception, SystemExit):
            raise found.exception
        return found

    return of


@cache
def _loaded(folder: Path, classifier: str) -> Model:
    return Model(folder, classifier).fit(None)


def _scored(run: Callable[..., Result], path: Path, *options: str) -> bytes:
    target = path.parent / f"{path.name}.scored.csv"
    found = run(str(path), "-o", str(target), *options)
    assert found.exit_code in (0, 3), found.exception
    return target.read_bytes()


def test_probabilities_are_those_of_the_pipeline(made: Path, model: Model, raw: pd.DataFrame) -> None:
    """The encoded test set, which the stage encode wrote, and recorded rows give the same numbers to the bit."""
    with chdir(made):
        features = read_frame(ENCODED / "test.parquet").to_numpy()
        density = Density.load(density_path(0, [0]), model.encoder_)
    rows = model.with_density(features)
    np.testing.assert_array_equal(rows, density.before("xgb_density", features))
    assert np.array_equal(model.predict_proba(raw), model.probabilities(rows))
    assert set(model.predict(raw)) <= set(model.classes_)
    for classifier in ("voting", "dt", "lr", "xgb_onehot"):
        other = Model.load(made / "model", classifier)
        assert np.array_equal(other.predict_proba(raw), other.probabilities(rows))
        assert not np.array_equal(other.predict_proba(raw), model.predict_proba(raw))


def test_the_bytes_do_not_depend_on_chunks_formats_and_the_order_of_columns(
    run: Callable[..., Result], raw: pd.DataFrame, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(TEST, tmp_path / "plain.txt")
    expected = _scored(run, tmp_path / "plain.txt")
    assert expected.count(b"\n") == len(raw) + 1
    (tmp_path / "packed.csv.gz").write_bytes(gzip.compress(TEST.read_bytes()))
    raw.sample(frac=1, axis=1, random_state=0).assign(more="x").to_csv(tmp_path / "named.csv", index=False)
    raw.to_csv(tmp_path / "dos.csv", index=False, lineterminator="\r\n")
    numbers = [name for name in raw if name not in ("protocol_type", "service", "flag", "attack")]
    raw.astype(dict.fromkeys(numbers, float)).to_parquet(tmp_path / "flows.parquet")
    for name in ("packed.csv.gz", "named.csv", "dos.csv", "flows.parquet"):
        assert _scored(run, tmp_path / name) == expected, name
    monkeypatch.setattr(flows, "ROWS", 237)
    monkeypatch.setattr("nids.data.blocks.SIZE", 30_000)
    for name in ("plain.txt", "packed.csv.gz", "named.csv", "flows.parquet"):
        assert _scored(run, tmp_path / name) == expected, name


def test_novelty_is_above_0_for_the_rows_that_are_less_likely_than_nearly_all_normal_ones(
    run: Callable[..., Result], model: Model, raw: pd.DataFrame, tmp_path: Path
) -> None:
    features = model.prepare(raw).features
    novelty = model.novelty(model.with_density(features))
    detector = model._density.detector
    records = model.encoder_.inverse_transform(pd.DataFrame(features, columns=model.encoder_.names))
    known = ~np.any([*model.encoder_.unknown(raw[model.encoder_.names]).values(), np.zeros(len(raw), bool)], axis=0)
    outlier = detector.predict(records[known]) == -1
    np.testing.assert_array_equal(novelty[known] > 0, outlier)
    assert 0.05 < outlier.mean() < 0.95
    shutil.copy(TEST, tmp_path / "flows.txt")
    lines = _scored(run, tmp_path / "flows.txt").decode().splitlines()
    assert lines[0].endswith(',"novelty","problem"')
    found = pd.read_csv(tmp_path / "flows.txt.scored.csv")
    np.testing.assert_allclose(found["novelty"], novelty, atol=0.00501)
    said = [line for line in run(str(TEST)).stdout.splitlines() if line.startswith("novelty: ")]
    n = (novelty > 0).sum()
    half, most = np.rint(np.quantile(novelty, [0.5, 0.95], method="inverted_cdf")).astype(int)
    assert said == [
        f"novelty: above 0 for {n:,} flows ({100 * n / len(raw):.1f}%); half of the flows have {half} or less, "
        f"95% have {most} or less"
    ]
    # Whatever the classifier.
    shutil.copy(TEST, tmp_path / "other.txt")
    _scored(run, tmp_path / "other.txt", "--classifier", "dt")
    assert pd.read_csv(tmp_path / "other.txt.scored.csv")["novelty"].equals(found["novelty"])


def test_a_row_for_every_line_and_what_is_wrong_with_it(
    run: Callable[..., Result], model: Model, tmp_path: Path
) -> None:
    lines = TEST.read_text().splitlines()[:12]
    cells = [line.split(",") for line in lines]
    column = {name: i for i, name in enumerate(model.manifest_.source.read.names)}
    cells[1][column["service"]] = "gopher9"
    cells[2][column["src_bytes"]] = "1e30"
    cells[3][column["src_bytes"]] = "many"
    cells[4][column["duration"]] = ""
    cells[5][column["count"]] = "-1"
    cells[6][column["count"]] = "inf"
    cells[7] = cells[7][:20]
    cells[8].append("x")
    cells[9][column["service"]] = '"http'
    cells[10][column["service"]], cells[10][column["flag"]] = "n'new", "QQ"
    path = tmp_path / "flows.csv"
    path.write_text("\n".join(",".join(row) for row in cells) + "\n")
    found = pd.read_csv(tmp_path / "flows.csv.scored.csv") if _scored(run, path) else pd.DataFrame()
    assert len(found) == len(lines)
    problems = found["problem"].fillna("").tolist()
    highest = model.manifest_.ranges["src_bytes"][1]
    assert problems[0] == problems[11] == ""
    assert problems[1] == "column service: 'gopher9' never occurs in training"
    assert problems[2].startswith("column src_bytes: 1e+30 is not a whole number from 0 up to ")
    assert problems[2].endswith("; and 1 more")
    assert problems[3] == "column src_bytes: 'many' is not a number"
    assert problems[4] == "column duration: no value"
    assert problems[5].startswith("column count: -1 is not a whole number from 0")
    assert problems[6] == "column count: an infinite value"
    assert problems[7] == f"20 columns instead of {len(column)}"
    assert problems[8] == f"{len(column) + 1} columns instead of {len(column)}"
    assert problems[9] == "a quote that is not closed on its line"
    assert problems[10] == 'column service: "n\'new" never occurs in training; and 1 more'
    assert found["class"].isna().tolist() == [False] * 3 + [True, True, False, True, True, True, True, False, False]
    for name in ("attack", "p Normal", "novelty"):
        assert found[name].isna().equals(found["class"].isna()), name
    # What training lacks is as new as it gets: a service, and numbers far away.
    assert (found["novelty"][[1, 2, 10]] > 0).all()
    assert run(str(path)).exit_code == 3
    cells[2][column["src_bytes"]] = f"{3 * highest:.0f}"
    path.write_text(",".join(cells[2]) + "\n")
    assert _scored(run, path).decode().rstrip('\n"').endswith(f"is far outside 0 to {highest:g}")
    assert run(str(path)).exit_code == 0


def test_missing_columns_are_refused_with_what_renames_them(
    run: Callable[..., Result], raw: pd.DataFrame, tmp_path: Path
) -> None:
    path = tmp_path / "theirs.csv"
    raw.rename(columns={"service": "Service", "src_bytes": "source_bytes"}).to_csv(path, index=False)
    found = run(str(path))
    told = str(found.exception)
    assert told.startswith(f"{path}: no column 'service', 'src_bytes', which the model needs; perhaps --rename ")
    names = told.partition("--rename ")[2]
    assert names == '\'{"Service": "service", "source_bytes": "src_bytes"}\''
    shutil.copy(TEST, tmp_path / "ours.txt")
    assert _scored(run, path, "--rename", names.strip("'")) == _scored(run, tmp_path / "ours.txt")
    assert "no mapping" in str(run(str(path), "--rename", "[1]").exception)


def test_features_alone_need_no_header_line(run: Callable[..., Result], raw: pd.DataFrame, tmp_path: Path) -> None:
    raw.iloc[:, :41].to_csv(tmp_path / "features.csv", index=False, header=False)
    shutil.copy(TEST, tmp_path / "whole.txt")
    assert _scored(run, tmp_path / "features.csv") == _scored(run, tmp_path / "whole.txt")


def test_stdin_and_stdout(run: Callable[..., Result], tmp_path: Path) -> None:
    found = run("-", "-o", "-", input=TEST.read_bytes())
    shutil.copy(TEST, tmp_path / "flows.txt")
    assert found.stdout_bytes == _scored(run, tmp_path / "flows.txt")
    assert "flows: " in found.stderr


def test_several_files_and_their_names(run: Callable[..., Result], tmp_path: Path) -> None:
    lines = TEST.read_text().splitlines(keepends=True)
    for name, part in (("a.csv", lines[:5]), ("b.csv", lines[5:9])):
        (tmp_path / name).write_text("".join(part))
    target = tmp_path / "out.parquet"
    assert run(str(tmp_path / "a.csv"), str(tmp_path / "b.csv"), "-o", str(target)).exit_code == 0
    assert pd.read_parquet(target)["file"].tolist() == ["a.csv"] * 5 + ["b.csv"] * 4


def test_what_people_see(run: Callable[..., Result], model: Model) -> None:
    assert "(+" in run(str(TEST), "--explain", "2").stdout
    found = run(str(TEST), "--score")
    assert found.exit_code == 0
    lines = found.stdout.splitlines()
    assert max(map(len, lines)) <= 120
    n = len(TEST.read_text().splitlines())
    assert lines[-1].startswith(f"{n:,} flows: ")
    predicted = model.predict(pd.read_csv(TEST, header=None, names=list(model.manifest_.source.read.names), dtype=str))
    for name in model.classes_:
        assert any(line.split()[:2] == [name, f"{(predicted == name).sum():,}"] for line in lines)


def test_scores_are_those_of_the_labels(
    run: Callable[..., Result], model: Model, raw: pd.DataFrame, description: Description
) -> None:
    labels = raw["attack"].map(Classes(description.label).of)
    matrix = confusion_matrix(
        labels.map(list(model.classes_).index).to_numpy(),
        pd.Series(model.predict(raw)).map(list(model.classes_).index).to_numpy(),
        len(model.classes_),
    )
    lines = [line.split() for line in run(str(TEST), "--score").stdout.splitlines()]
    for i, name in enumerate(model.classes_):
        expected = [name, *(f"{n:,}" for n in matrix[i]), f"{100 * matrix[i, i] / matrix[i].sum():.1f}%"]
        assert expected in lines


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("-o", "out.xlsx"), "'out.xlsx': how is it to be written? give a name that ends in .csv, .csv.gz or .parquet"),
        (("--classifier", "svm"), "no classifier 'svm'; there are dt, rf, lr, xgb, xgb_onehot, xgb_density"),
        (("--prior", "Norml=0.9"), "--prior: no class 'Norml' (nearest is 'Normal'); there are "),
        (("--prior", "Normal=much"), "--prior: 'much' is no share; give CLASS=SHARE,..."),
        (("--prior", "Normal=1"), "--prior: shares are above 0, and those given are below 1 in sum"),
        (
            ("--rule", "budget", "--threshold", "0.5"),
            "--rule budget: its multipliers are for probabilities as they are",
        ),
        (("--rule", "budget", "--classifier", "dt"), "no decision rule for dt; the evidence chooses one"),
        (("--explain", "1", "--classifier", "dt"), "--explain: only XGBoost gives contributions"),
    ],
)
def test_options_that_make_no_sense_are_told(
    run: Callable[..., Result], options: tuple[str, ...], message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = run(str(TEST), *options)
    assert isinstance(found.exception, InputError)
    assert message in str(found.exception)
    assert not list(tmp_path.iterdir())


def test_files_that_were_exchanged_are_refused(made: Path, run: Callable[..., Result], tmp_path: Path) -> None:
    planted = pickle.dumps({"a": 1})
    for name in (*FILES.values(), DENSITY, "encoder.json", MANIFEST):
        folder = tmp_path / name
        shutil.copytree(made / "model", folder)
        (folder / name).write_bytes(planted)
        found = run(str(TEST), folder=folder)
        assert isinstance(found.exception, InputError)
        expected = "damaged" if name == MANIFEST else "not the file that the model was made with"
        assert str(found.exception).startswith(f"{folder / name}: {expected}")
    folder = tmp_path / "outside"
    shutil.copytree(made / "model", folder)
    manifest = json.loads((folder / MANIFEST).read_text())
    manifest["files"]["../secret"] = "ab" * 32
    (folder / MANIFEST).write_text(json.dumps(manifest))
    assert str(run(str(TEST), folder=folder).exception).startswith(f"{folder / MANIFEST}: damaged")
    assert str(run(str(tmp_path / "no.csv")).exception) == f"{tmp_path / 'no.csv'}: no such file; correct its name"
    assert "no model, as it has no model.json" in str(run(str(TEST), folder=tmp_path / "nothing").exception)


def test_a_model_is_loaded_without_torch(made: Path) -> None:
    """It takes seconds, and neither XGBoost nor the density needs any of it."""
    code = "import sys; from nids.predict.model import Model; Model.load('model'); print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=made, env={"PYTHONPATH": str(ROOT / "src")}, capture_output=True, check=True
    )
    assert done.stdout == b"False\n"


def test_shares_by_bayes_rule() -> None:
    """Two classes with known densities: corrected probabilities are those of the other shares."""
    x = np.linspace(-3, 3, 50)
    densities = np.column_stack([np.exp(-((x - 1) ** 2) / 2), np.exp(-((x + 1) ** 2) / 2)])
    trained, new = np.array([0.5, 0.5]), np.array([0.98, 0.02])
    before, after = ((p := densities * shares) / p.sum(axis=1, keepdims=True) for shares in (trained, new))
    np.testing.assert_allclose(with_prior(before, trained, new), after, rtol=1e-12)
    np.testing.assert_allclose(with_prior(before, trained, trained), before, rtol=1e-12)


def test_shares_that_are_given() -> None:
    rows = {"Normal": 600, "Dos": 300, "U2R": 100}
    assert prior_of("training", rows) == {"Normal": 0.6, "Dos": 0.3, "U2R": 0.1}
    assert prior_of("Normal=0.9", rows) == pytest.approx({"Normal": 0.9, "Dos": 0.075, "U2R": 0.025})
    assert prior_of("Normal=1,Dos=0.5,U2R=0.5", rows) == pytest.approx({"Normal": 0.5, "Dos": 0.25, "U2R": 0.25})


def test_classes_by_rule_and_threshold() -> None:
    p = np.array([[0.6, 0.3, 0.1], [0.2, 0.5, 0.3], [0.9, 0.02, 0.08]])
    classes = ("Normal", "Dos", "U2R")
    assert decided(p, classes, "Normal", None, None).tolist() == [0, 1, 0]
    assert decided(p, classes, "Normal", None, 0.4).tolist() == [1, 1, 0]
    assert decided(p, classes, "Normal", None, 0.09).tolist() == [1, 1, 2]
    assert decided(p, classes, "Normal", {"Normal": 1.0, "Dos": 1.0, "U2R": 20.0}, None).tolist() == [2, 2, 2]


def test_contributions_sum_to_the_margin(made: Path, model: Model, raw: pd.DataFrame) -> None:
    rows = model.with_density(model.prepare(raw.head(20)).features)
    for classifier, n_features in (("xgb_density", 43), ("xgb_onehot", 41), ("xgb", 41)):
        other = Model.load(made / "model", classifier)
        found = other.contributions(rows)
        assert found.shape == (20, 5, n_features)
        margins = np.log(other.probabilities(rows))
        difference = margins - found.sum(axis=2)
        # What is left is the bias of each class and what the softmax takes off all classes of a row.
        bias = difference - difference[:, :1]
        np.testing.assert_allclose(bias, np.tile(bias[:1], (20, 1)), atol=1e-3)


def test_the_density_can_be_a_reason(
    run: Callable[..., Result], model: Model, raw: pd.DataFrame, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where its two columns add most."""
    weights = np.append(np.zeros(41), [0.5, 0.25])
    monkeypatch.setattr(Model, "contributions", lambda _, rows: np.tile(weights, (len(rows), 5, 1)))
    lines = [line.split("  ") for line in run(str(TEST), "--explain", "3").stdout.splitlines() if "(+" in line]
    assert len(lines) == 3
    density = model.with_density(model.prepare(raw).features)[:, 41:]
    for line in lines:
        flow, _, *reasons = [part.strip() for part in line if part.strip()]
        row = density[int(flow.replace(",", "")) - 1]
        assert reasons[:2] == [
            f"{name} = {value:.1f} (+{weight:.2f})"
            for name, value, weight in zip(NAMES, row, weights[41:], strict=True)
        ]


def test_the_card_says_what_it_is(made: Path) -> None:
    text = (made / "model/README.md").read_text()
    for part in ("AE-Flow on demo data", "must not be used for", " Normal |", "2,140", "5.0", "`efef"):
        assert part in text
    assert len(pd.read_csv(made / "model/examples.csv")) == 5


def test_mutated_files_give_a_row_for_each_line_or_one_line(
    run: Callable[..., Result], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Five thousand with --chaos."""
    n = 5_000 if request.config.getoption("--chaos", default=False) else 25
    rng = np.random.default_rng(0)
    lines = TEST.read_bytes().splitlines()[:30]
    for i in range(n):
        content = bytearray(b"\n".join(lines[: rng.integers(1, 30)]) + b"\n")
        for _ in range(rng.integers(1, 6)):
            at = int(rng.integers(len(content)))
            what = rng.integers(4)
            if what == 0:
                content[at] = int(rng.integers(256))
            elif what == 1:
                del content[at : at + int(rng.integers(1, 40))]
            elif what == 2:
                content[at:at] = bytes(rng.choice(list(b',"\n0.-e;x\x00\xff'), size=3).tolist())
            else:
                content[at:at] = content[: int(rng.integers(1, 60))]
            content = content or bytearray(b"x")
        path = tmp_path / f"{i}.csv"
        path.write_bytes(content)
        target = tmp_path / f"{i}.out.csv"
        found = run(str(path), "-o", str(target))
        if isinstance(found.exception, InputError):
            assert str(found.exception).startswith(str(path))
            assert not target.exists()
        else:
            assert found.exit_code in (0, 3)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_kill_while_writing_leaves_no_half_file(made: Path, tmp_path: Path, ending: str) -> None:
    """What was there before stays, to the byte."""
    many = tmp_path / "flows.csv"
    many.write_bytes(TEST.read_bytes() * 200)
    target = tmp_path / f"out.{ending}"
    target.write_bytes(b"before")
    command = [sys.executable, "-c", "from nids.commands import main; main()", "predict", str(made / "model")]
    with subprocess.Popen(
        [*command, str(many), "-o", str(target)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        end = time.monotonic() + 300  # a busy machine is slow to start
        while not any(path.stat().st_size for path in tmp_path.rglob("*") if _is_part(path, many, target)):
            assert process.poll() is None, "it ended before it was killed"
            assert time.monotonic() < end
            time.sleep(0.005)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"before"


def _is_part(path: Path, *others: Path) -> bool:
    return path.is_file() and path not in others
