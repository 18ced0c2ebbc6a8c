"""The command line: `aeflow describe` and `aeflow predict`."""

from pathlib import Path
from typing import Any

import click

from nids.base.stage import run_stage


@click.group()
def commands() -> None:
    """Data balancing for network intrusion detection."""


@commands.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--label", metavar="COLUMN", help="The column with the type of each row; else found by its name.")
@click.option("--normal", metavar="TYPE", help="The type of normal traffic; else found by its name.")
@click.option("--name", help="What pages call the data set; else the name of its folder.")
def describe(files: tuple[Path, ...], label: str | None, normal: str | None, name: str | None) -> None:
    """Draft the description of a data set.

    \b
        aeflow describe flows/*.csv > datasets/flows.yaml

    FILES lie in one folder. They are text with a separator, plain or in gzip or
    zip; ARFF; or Parquet. A comment says what each line of the draft rests on;
    one that begins with CHOOSE asks for a choice. Then:

    \b
        dvc exp run -S dataset=flows
    """
    from nids.draft.draft import draft  # the libraries take a second

    click.echo(draft(files, label, normal, name).encode(), nl=False)


@commands.command()
@click.argument("model", type=click.Path(path_type=Path))
@click.argument("flows", nargs=-1, required=True)
@click.option("-o", "--output", "target", metavar="OUT", help="A .csv, .csv.gz or .parquet, or - for CSV on stdout.")
@click.option("--classifier", default="xgb_density", show_default=True,
              help="dt, rf, lr, xgb, voting, xgb_onehot or xgb_density.")  # fmt: skip
@click.option("--rule", type=click.Choice(["argmax", "budget"]), default="argmax", show_default=True,
              help="The likeliest class, or the decision rule of the evidence.")  # fmt: skip
@click.option("--threshold", type=click.FloatRange(0, 1), help="The attack score from which a flow is an attack.")
@click.option("--prior", metavar="SHARES", help="Other shares of the classes: training, or CLASS=SHARE,...")
@click.option("--top", type=click.IntRange(0, 1000), default=10, show_default=True, help="Flows shown, worst first.")
@click.option("--explain", type=click.IntRange(0, 1000), default=0, help="Of so many of these, say why.")
@click.option("--score", is_flag=True, help="Compare with the label column.")
@click.option("--rename", metavar="JSON", help='Columns by other names: \'{"theirs": "ours"}\'.')
def predict(**options: Any) -> None:
    """Score flows with a fitted model.

    \b
        aeflow predict models/ae_flow flows.csv
        aeflow predict models/ae_flow day*.csv.gz -o scored.parquet

    MODEL is a folder that `dvc repro` or `dvc artifacts get` made. FLOWS are
    CSV, plain or in gzip or zip, ARFF or Parquet, or - for stdin, with the
    columns of the training files. OUT has a row for each flow, in order: its
    identifiers, class, attack score, probabilities, novelty, and what is wrong
    with it. The exit code is 3 if a flow could not be scored.
    """
    from nids.predict.command import predict as run  # the libraries take seconds

    run(**options)


def main() -> None:
    run_stage(commands)
