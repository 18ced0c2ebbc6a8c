"""`make readme`: the tables of README.md, taken from metrics/tables/."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def with_tables(text: str) -> str:
    """Return the text with metrics/tables/NAME.md between each pair of ``<!-- NAME -->`` and ``<!-- end -->``."""

    def table(match: re.Match[str]) -> str:
        path = ROOT / "metrics/tables" / f"{match[1]}.md"
        return f"<!-- {match[1]} -->\n{path.read_text(encoding='utf-8')}<!-- end -->"

    return re.sub(r"<!-- (\w+) -->\n.*?<!-- end -->", table, text, flags=re.DOTALL)


if __name__ == "__main__":
    path = ROOT / "README.md"
    path.write_text(with_tables(path.read_text(encoding="utf-8")), encoding="utf-8")
