"""What is said of each flow, and the files that take it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from aeflow.errors import InputError
from nids.base.files import whole
from nids.base.quote import quoted

# Of probabilities.
DIGITS = 6
NOVELTY_DIGITS = 2


def said(
    ids: pd.DataFrame,
    classes: np.ndarray,
    decided: np.ndarray,
    p: np.ndarray,
    normal: int,
    novelty: np.ndarray,
    scored: np.ndarray,
    problems: np.ndarray,
) -> pd.DataFrame:
    """Return a row for each flow: its identifiers, ``class``, ``attack``, 1 - p(normal), ``p CLASS``,
    ``novelty`` and ``problem``.

    Where a flow was not scored, class and numbers are missing.
    """
    p = np.where(scored[:, None], p, np.nan).round(DIGITS)
    return pd.DataFrame(
        {
            **{str(name): column for name, column in ids.items()},
            "class": pd.Series(np.where(scored, classes[decided], None), index=ids.index, dtype="str"),
            "attack": (1 - p[:, normal]).round(DIGITS),
            **{f"p {name}": p[:, i] for i, name in enumerate(classes)},
            "novelty": np.where(scored, novelty, np.nan),
            "problem": pd.Series(problems, index=ids.index, dtype="str"),
        }
    )


class Output:
    """A file that takes frames with the same columns, one after the other."""

    def __init__(self, path: Path | None, parquet: bool) -> None:
        self._path, self._parquet = path, parquet
        self._writer: pacsv.CSVWriter | pq.ParquetWriter | None = None
        self._stream: pa.NativeFile | None = None

    def write(self, frame: pd.DataFrame) -> None:
        table = pa.Table.from_pandas(frame, preserve_index=False)
        if self._writer is None:
            if self._path is None:
                target = pa.PythonFile(sys.stdout.buffer, mode="w")
            else:
                compressed = "gzip" if self._path.suffix == ".gz" else None
                target = self._stream = pa.output_stream(str(self._path), compression=compressed)
            self._schema = pa.schema([pa.field(of.name, _plain(of.type)) for of in table.schema])
            if self._parquet:
                self._writer = pq.ParquetWriter(target, self._schema)
            else:
                self._writer = pacsv.CSVWriter(target, self._schema)
        self._writer.write_table(table.replace_schema_metadata(None).cast(self._schema))

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        if self._stream is not None:
            self._stream.close()


def _plain(dtype: pa.DataType) -> pa.DataType:
    """Return a dtype that every chunk of a column can have: one of nothing but missing values has none."""
    return pa.string() if pa.types.is_null(dtype) or pa.types.is_large_string(dtype) else dtype


@contextmanager
def output(path: str) -> Iterator[Output]:
    """Give a file that takes frames: "-" is CSV on stdout; .csv, .csv.gz and .parquet are there whole or not at all.

    Raises InputError for another ending.
    """
    if path == "-":
        opened = Output(None, parquet=False)
        yield opened
        opened.close()
        return
    if not path.endswith((".csv", ".csv.gz", ".parquet")):
        raise InputError(f"{quoted(path)}: how is it to be written? give a name that ends in .csv, .csv.gz or .parquet")
    with whole(Path(path)) as temporary:
        opened = Output(temporary, parquet=path.endswith(".parquet"))
        yield opened
        opened.close()
