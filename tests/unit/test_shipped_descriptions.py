"""Each description in datasets/ does on files of its layout what it says, and on real files where they are at hand."""

import gzip
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from conftest import ROOT
from layouts import FILES, write_small

from aeflow.errors import InputError
from nids.data.account import account_lines
from nids.data.dataset import Dataset, read_dataset, write_description, write_found
from nids.data.description import Description, read_description
from nids.data.encode import encode
from nids.data.fetch import fetch_all
from nids.data.records import read_records
from nids.data.sets import Answers, Training, read_answers, read_test, read_training

FOLDER = ROOT / "datasets"
RAW = Path("data/raw")
REAL = Path(os.environ.get("UNSW_NB15_DIR", ""))
