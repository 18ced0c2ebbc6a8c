"""What a file is that is no text of records, and what to do about it."""

import re

# The first bytes of a file, and what they tell.
BEGINNINGS = {
    b"\x1f\x8b": "compressed with gzip; unpack it with gunzip",
    b"BZh": "compressed with bzip2; unpack it with bunzip2",
    b"\xfd7zXZ": "compressed with xz; unpack it with unxz",
    b"7z\xbc\xaf": "a 7z archive; unpack it",
    b"Rar!": "a RAR archive; unpack it",
    b"PK\x03\x04": "a zip archive, or an Excel workbook; unpack it, or save the sheet as CSV",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"PAR1": "Parquet; save it as CSV",
    b"%PDF": "a PDF; fetch the data itself",
    b"\xff\xfe": "UTF-16, or no text; save it as UTF-8",
    b"\xfe\xff": "UTF-16, or no text; save it as UTF-8",
    b"version https://git-lfs": "a pointer of Git LFS and not the data; run `git lfs pull`",
    b"<": "an HTML or XML page and not the data; fetch the raw file",
    b"{": "JSON; save it as CSV",
    b"[": "JSON; save it as CSV",
}
_ARFF = re.compile(rb"\s*(%[^\n]*\n\s*)*@relation\b", re.IGNORECASE)
ARFF = "ARFF; delete the lines that begin with @ or %, and the empty ones"


def other_format(content: bytes) -> str:
    """Return what a file is that is no text of records, with what to do; "" if it may be one."""
    # A comment at the head of ARFF may be long.
    if _ARFF.match(content[:100_000]):
        return ARFF
    start = content[:1000].lstrip()
    if 4 * start.count(b"\0") > len(start):
        return "UTF-16, or no text; save it as UTF-8"
    return next((what for beginning, what in BEGINNINGS.items() if start.startswith(beginning)), "")
