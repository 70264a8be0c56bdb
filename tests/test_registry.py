import sys

import pytest

from fitcli.layers import LAYERS
from fitcli.layers.base import Layer
from fitcli.registry import Registry, nearest, registry_for, slips


@pytest.fixture
def package(tmp_path, monkeypatch):
    """Write a package of components; returns its registry."""

    def make(name, **files):
        folder = tmp_path / name
        folder.mkdir()
        start = f"from fitcli.registry import Registry\nALL = Registry('thing', {name!r})\n"
        (folder / "__init__.py").write_text(start)
        for file, text in files.items():
            (folder / f"{file}.py").write_text(f"from {name} import ALL\n{text}")
        monkeypatch.syspath_prepend(tmp_path)
        return __import__(name).ALL

    yield make
    for name in [name for name in sys.modules if name.startswith("things_")]:
        del sys.modules[name]


def test_a_component_is_found_by_its_file_alone(package):
    one, two = "@ALL.register('uno')\nclass One: pass\n", "@ALL.register('due')\nclass Two: pass\n"
    things = package("things_a", one=one, two=two)
    assert list(things) == things.names() == ["due", "uno"]
    assert things["uno"].__name__ == "One"
    assert things["uno"].name == "uno"
    assert "due" in things
    assert "tre" not in things
    with pytest.raises(KeyError):
        things["tre"]


def test_two_components_of_one_name_are_a_defect(package):
    same = "@ALL.register('uno')\nclass One: pass\n"
    things = package("things_b", one=same, two=same)
    with pytest.raises(ValueError, match="two things are called 'uno': things_b.one and things_b.two"):
        things.names()


def test_a_component_that_fails_to_import_fails_every_time(package):
    things = package("things_c", one="@ALL.register('uno')\nclass One: pass\n", two="raise OSError('broken')\n")
    for _ in range(2):
        with pytest.raises(OSError, match="broken"):
            things.names()


def test_the_registry_of_a_component_or_its_base():
    assert registry_for(Layer) is LAYERS
    assert registry_for(LAYERS["conv"]) is LAYERS
    assert registry_for(int) is None
    assert registry_for(Registry) is None


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("conw", "conv"),
        ("Conv", "conv"),
        ("conv2d", "conv"),
        ("convolution", "conv"),
        ("maxpol", "maxpool"),
        ("batch_norm", "batchnorm"),
        ("transformer", None),
        ("", None),
        (3, None),
        ("x" * 1_000_000, None),
    ],
)
def test_the_nearest_name(name, near):
    assert nearest(name, ["batchnorm", "conv", "dense", "maxpool"]) == near
    assert nearest(name, []) is None


def test_the_nearest_name_of_a_registry():
    assert LAYERS.nearest("residuel") == "residual"


@pytest.mark.parametrize(
    ("name", "near"), [("adma", "adam"), ("adammax", "adamax"), ("sdg", "sgd"), ("adamW", "adamw")]
)
def test_swapped_letters_are_one_slip(name, near):
    assert nearest(name, ["adam", "adamax", "adamw", "nadam", "sgd"]) == near


@pytest.mark.parametrize(
    ("a", "b", "count"), [("", "", 0), ("", "abc", 3), ("abc", "", 3), ("adma", "adam", 1), ("conv", "conw", 1),
                          ("relu", "relu6", 1), ("abcd", "badc", 2), ("kitten", "sitting", 3)]
)  # fmt: skip
def test_slips(a, b, count):
    assert slips(a, b) == slips(b, a) == count


@pytest.mark.parametrize(
    ("name", "known", "near"),
    [("Linear", ["dense", "conv"], "dense"), ("learning_rate", ["lr", "beta1"], "lr"), ("channels", ["filters"], "filters"),
     ("channels", ["features"], "features"), ("layers", ["data", "model"], "model"), ("fc", ["conv"], None)],
)  # fmt: skip
def test_what_other_programs_call_it(name, known, near):
    assert nearest(name, known) == near
