"""Stage encode: label codes and z-scores, fitted on the training set alone; and the account of the data."""

from pathlib import Path

from nids.base.files import write_json
from nids.base.stage import run_stage
from nids.data.account import account_lines
from nids.data.dataset import read_dataset, write_part
from nids.data.encode import encode


def main() -> None:
    found, tests, account = encode(Path("data/raw"), read_dataset().source)
    write_part("found", found)
    write_part("tests", tests)
    write_json(Path("data/account.json"), account)
    print("\n".join(account_lines(account)))


if __name__ == "__main__":
    run_stage(main)
