"""The command line: `aeflow describe`."""

from pathlib import Path

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


def main() -> None:
    run_stage(commands)
