import random

import pytest

from fitcli.data.names import IMAGE_SUFFIXES, is_hidden, is_image_name, natural_key, some, split_of


def test_two_comes_before_ten():
    ordered = ["", "1", "2", "10", "a", "a2", "a2b9", "a2b10", "a10", "b"]
    shuffled = random.Random(0).sample(ordered, len(ordered))
    assert sorted(shuffled, key=natural_key) == ordered


def test_order_is_total():
    names = ["1", "01", "001", "a1", "a01"]
    assert sorted(names, key=natural_key) == sorted(reversed(names), key=natural_key)
    assert len({natural_key(name) for name in names}) == len(names)


def test_numbers_of_any_length_and_alphabet():
    assert sorted(["9" * 5000, "10", "²", "٣"], key=natural_key)[0] == "10"


@pytest.mark.parametrize("name", [
    ".git", ".ipynb_checkpoints", ".DS_Store", "._photo.jpg", "__MACOSX", "Thumbs.db", "desktop.ini", "@eaDir",
])  # fmt: skip
def test_litter_is_hidden(name):
    assert is_hidden(name)


@pytest.mark.parametrize("name", ["cat", "_cat", "thumbs", "cat.1.jpg", "macosx"])
def test_data_is_not_hidden(name):
    assert not is_hidden(name)


def test_image_names():
    assert all(is_image_name(f"A{suffix}") and is_image_name(f"A{suffix.upper()}") for suffix in IMAGE_SUFFIXES)
    assert not any(map(is_image_name, ["jpg", "notes.txt", "photo.jpg.zip", "scores.csv"]))


def test_split_names():
    assert [split_of(n) for n in ("train", "Training", "val", "valid", "validation", "TEST", "cat")] == [
        "train", "train", "val", "val", "val", "test", None,
    ]  # fmt: skip


def test_some_names_and_how_many_more():
    assert some(("a", "b")) == "'a', 'b'"
    assert some(list("abcdefg"), 2) == "'a', 'b' and 5 more"
