import numpy as np

from fitcli.data.labels import class_counts, is_multilabel, label_names, one_hot, renumbered

ONE = np.array([2, 0, 2])
SEVERAL = np.array([[0, 1, 1], [0, 0, 0], [1, 0, 1]], np.uint8)


def test_which_kind():
    assert not is_multilabel(ONE) and is_multilabel(SEVERAL)


def test_counts():
    assert class_counts(ONE, 4).tolist() == [1, 0, 2, 0] and class_counts(SEVERAL, 3).tolist() == [1, 1, 2]
    many = np.ones((300, 2), np.uint8)
    assert class_counts(many, 2).tolist() == [300, 300]  # beyond what a byte holds
    assert class_counts(np.zeros(0, np.int64), 2).tolist() == [0, 0]


def test_one_class_as_rows():
    rows = one_hot(ONE, 3)
    assert rows.dtype == np.uint8 and rows.tolist() == [[0, 0, 1], [1, 0, 0], [0, 0, 1]]
    assert one_hot(SEVERAL, 3) is SEVERAL


def test_other_numbers_of_the_same_classes():
    index = np.array([3, 0, 1])
    assert renumbered(ONE, index, 4).tolist() == [1, 3, 1]
    assert renumbered(SEVERAL, index, 4).tolist() == [[1, 1, 0, 0], [0, 0, 0, 0], [0, 1, 0, 1]]
    assert renumbered(np.zeros((2, 0), np.uint8), np.zeros(0, np.int64), 2).tolist() == [[0, 0], [0, 0]]


def test_names():
    classes = ("ant", "bee", "cow")
    assert label_names(ONE[0], classes) == ("cow",) and label_names(0, classes) == ("ant",)
    assert [label_names(row, classes) for row in SEVERAL] == [("bee", "cow"), (), ("ant", "cow")]
