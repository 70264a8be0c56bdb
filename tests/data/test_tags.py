import numpy as np
import pytest

from fitcli.data.tags import flag_rows, split_tags, tag_rows
from fitcli.errors import DataError


def rows(*cells):
    return [(line, {"path": f"{line}.png", "labels": cell}) for line, cell in enumerate(cells, 2)]


@pytest.mark.parametrize(("cells", "wanted"), [
    (("cat dog", "", "dog"), [("cat", "dog"), (), ("dog",)]),
    (("no finding", "dog"), [("no", "finding"), ("dog",)]),  # no mark anywhere: spaces part
    (("small cat|wet dog", "small cat"), [("small cat", "wet dog"), ("small cat",)]),
    (("a;b c; ", "d"), [("a", "b c"), ("d",)]),
    (("a, b", "c d"), [("a", "b"), ("c d",)]),
    (("a,b|c", "d"), [("a,b", "c"), ("d",)]),  # the first of the marks that there is
    (("['a', \"b c\"]", "[]"), [("a", "b c"), ()]),
    (("16 0", "7"), [("16", "0"), ("7",)]),
])  # fmt: skip
def test_names_in_a_cell(cells, wanted):
    assert split_tags(rows(*cells), "list.csv") == wanted


def test_a_name_twice_is_told_with_its_line():
    with pytest.raises(DataError, match="^list.csv:3: names a class twice: 'cat'$"):
        split_tags(rows("cat|dog", "cat|dog| cat"), "list.csv")


def test_rows_of_0_and_1():
    labels = tag_rows([("cat", "dog"), (), ("dog",)], ("ant", "cat", "dog"))
    assert labels.dtype == np.uint8 and labels.tolist() == [[0, 1, 1], [0, 0, 0], [0, 0, 1]]


def test_a_column_a_class():
    table = [(2, {"path": "a", "cat": "1", "dog": "0"}), (3, {"path": "b", "cat": "0.0", "dog": "True"})]
    labels = flag_rows(table, ("cat", "dog"), "list.csv")
    assert labels.dtype == np.uint8 and labels.tolist() == [[1, 0], [0, 1]]


@pytest.mark.parametrize("value", ["2", "", "-1", "yes", "0.5"])
def test_other_values_are_told_with_their_line(value):
    table = [(2, {"cat": "1", "dog": "0"}), (3, {"cat": "0", "dog": value})]
    with pytest.raises(DataError) as caught:
        flag_rows(table, ("cat", "dog"), "list.csv")
    assert str(caught.value) == (
        f"list.csv:3: {value!r} in the column 'dog', which would say whether an image is of the class 'dog'\n"
        "  allowed: 0 or 1\n  try: leave out the column 'dog' if it is no class"
    )
    with pytest.raises(DataError, match="try: a column `label`"):
        flag_rows([(2, {"breed": "collie"})], ("breed",), "list.csv")
