"""Stage describe: the data set's description, checked, a file for each part that stages read."""

from nids.base.stage import run_stage
from nids.data.dataset import write_description
from nids.data.description import read_description
from nids.params import read_params


def main() -> None:
    write_description(read_description(read_params().dataset))


if __name__ == "__main__":
    run_stage(main)
