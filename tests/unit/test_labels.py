"""Types and classes of rows, by patterns and without, and the order in which pages show them."""

from typing import Any

import pytest

from aeflow.errors import InputError
from nids.data.description import Label
from nids.data.labels import Classes, type_of

CLASSES = {"Normal": ("BENIGN",), "DoS": ("DoS *", "Heart[bB]leed"), "Web": ("Web Attack ?*",)}


def _classes(classes: dict[str, tuple[str, ...]] | None = None, **others: Any) -> Classes:
    normal = "normal" if classes is None else "Normal"
    return Classes(Label(column="label", normal=normal, classes=classes, **others))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (" Fuzzers ", "Fuzzers"),
        ("a \t b", "a b"),
        ("Web Attack \u2013 XSS", "Web Attack - XSS"),
        ("Web Attack \u2014 XSS", "Web Attack - XSS"),
        ("Web Attack \x96 XSS", "Web Attack - XSS"),  # cp1252 read as Latin-1
        ("Web Attack \u00e2\u20ac\u201c XSS", "Web Attack - XSS"),  # UTF-8 read as cp1252
        ("Web Attack \u00c2\x96 XSS", "Web Attack - XSS"),  # and Latin-1 of that
        ("Web Attack \ufffd XSS", "Web Attack - XSS"),  # lost
        ("Web Attack \u00ef\u00bf\u00bd XSS", "Web Attack - XSS"),  # lost, and read as cp1252
        ("na\u00efve", "na\u00efve"),
        ("  ", ""),
    ],
)
def test_a_type_is_compared_without_blanks_and_with_one_dash(text: str, expected: str) -> None:
    assert type_of(text) == expected


def test_classes_are_found_by_patterns() -> None:
    classes = _classes(CLASSES, leave_out=("* - Attempted",))
    found = {name: classes.of(name) for name in ("BENIGN", "DoS Hulk", "Heartbleed", "HeartBleed", "Web Attack - XSS")}
    assert list(found.values()) == ["Normal", "DoS", "DoS", "DoS", "Web"]
    # What is left out is so even if it is of a class.
    assert classes.of("DoS Hulk - Attempted") is None


def test_without_patterns_a_type_is_a_class() -> None:
    classes = _classes(leave_out=("x*",))
    assert (classes.of("Worms"), classes.of("x1")) == ("Worms", None)


def test_rows_without_a_type_are_of_the_class_that_the_description_says() -> None:
    assert _classes(CLASSES, empty="Normal").of("Normal") == "Normal"
    with pytest.raises(InputError, match="unknown type 'Normal'"):
        _classes(CLASSES).of("Normal")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        (
            "benign",
            "unknown type 'benign' (nearest is 'BENIGN'); correct it, give it a class in label.classes, or list",
        ),
        (
            "PortScan",
            "unknown type 'PortScan'; correct it, give it a class in label.classes, or list it in label.leave",
        ),
        ("dos Hulk", "unknown type 'dos Hulk'; "),  # patterns tell large letters from small ones
        ("x" * 1000, "unknown type 'xxx"),
    ],
)
def test_a_type_of_no_class_is_told(name: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        _classes(CLASSES).of(name)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 300


def test_a_type_of_two_classes_is_told_with_both_patterns() -> None:
    classes = _classes({"Normal": ("n",), "A": ("do*",), "B": ("*s", "d?s")})
    with pytest.raises(InputError, match=r"'dos' is of A by 'do\*' and of B by '\*s'; let one of the two patterns"):
        classes.of("dos")
    # Twice the same class is one.
    assert classes.of("ds") == "B"


@pytest.mark.parametrize("name", ["a/b", ".a", "x" * 101, ""])
def test_a_type_that_cannot_be_a_class_by_itself_is_told(name: str) -> None:
    with pytest.raises(InputError, match=r"names no class: it is to have from 1 to 100 characters.*put it in label"):
        _classes().of(name)


def test_the_order_of_pages() -> None:
    """The description's; or normal traffic first, then the largest class, of equal ones by name."""
    rows = {"Web": 5, "DoS": 1, "Normal": 2}
    assert _classes(CLASSES).in_order(rows, "train") == ["Normal", "DoS", "Web"]
    assert _classes().in_order({"a": 5, "c": 9, "normal": 1, "b": 5}, "train") == ["normal", "c", "a", "b"]


@pytest.mark.parametrize(
    ("classes", "rows", "message"),
    [
        (
            CLASSES,
            {"Normal": 1, "DoS": 1},
            "train: no row of class 'Web'; every class needs one; correct label.classes",
        ),
        (CLASSES, {"Normal": 1, "DoS": 1, "Web": 0}, "train: no row of class 'Web'"),
        (None, {"Normal": 1, "a": 1}, "train: no row is of 'normal' (nearest is 'Normal') (label.normal); the column"),
        (None, {"a": 1, "b": 1}, "train: no row is of 'normal' (label.normal); the column 'label' has 'a', 'b'"),
        (None, dict.fromkeys("abcdefgh", 1), "'a', 'b', 'c', 'd', 'e', 'f' and 2 more"),
        (
            None,
            {"normal": 9},
            "train: 'label' has 'normal' in every row; choose a column or files that have attacks too",
        ),
    ],
)
def test_what_has_no_normal_rows_or_nothing_else_is_told(
    classes: dict[str, tuple[str, ...]] | None, rows: dict[str, int], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        _classes(classes).in_order(rows, "train")
    assert message in str(caught.value)
