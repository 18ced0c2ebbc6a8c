"""What a file is by its first bytes, and what to do about one that is no text of records."""

import re

GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
# The first bytes of a file that is not read, and what they tell.
BEGINNINGS = {
    b"PK\x05\x06": "an empty zip archive; fetch it again",
    b"BZh": "compressed with bzip2; unpack it with bunzip2",
    b"\xfd7zXZ": "compressed with xz; unpack it with unxz",
    b"7z\xbc\xaf": "a 7z archive; unpack it",
    b"Rar!": "a RAR archive; unpack it",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook; save the sheet as CSV",
    b"%PDF": "a PDF; fetch the data itself",
    b"\xff\xfe": "UTF-16, or no text; save it as UTF-8",
    b"\xfe\xff": "UTF-16, or no text; save it as UTF-8",
    b"version https://git-lfs": "a pointer of Git LFS and not the data; run `git lfs pull`",
    b"<": "an HTML or XML page and not the data; fetch the raw file",
    b"{": "JSON; save it as CSV",
    b"[": "JSON; save it as CSV",
    # Inside of an archive.
    GZIP: "compressed twice; unpack it once",
    ZIP: "an archive in an archive; unpack it once",
    PARQUET: "Parquet in an archive; unpack it",
}
# A comment at the head of ARFF may be long.
ARFF = re.compile(rb"\s*(%[^\n]*\n\s*)*@relation\b", re.IGNORECASE)


def other_format(content: bytes) -> str:
    """Return what a file is that is no text of records, with what to do; "" if it may be one."""
    start = content[:1000].lstrip()
    for beginning, what in BEGINNINGS.items():
        if start.startswith(beginning):
            return what
    return "UTF-16, or no text; save it as UTF-8" if 4 * start.count(b"\0") > len(start) else ""
