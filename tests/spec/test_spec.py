import importlib

import pytest

import fitcli.spec


@pytest.mark.parametrize(
    ("name", "module"),
    [
        ("Spec", "settings"), ("FitSettings", "settings"), ("dump_spec", "dump"),
        ("load_spec", "load"), ("parse_spec", "load"),
    ],
)  # fmt: skip
def test_every_name_is_that_of_its_module(name, module):
    assert name in fitcli.spec.__all__
    assert getattr(fitcli.spec, name) is getattr(importlib.import_module(f"fitcli.spec.{module}"), name)


@pytest.mark.parametrize("name", ["dump_specs", "spec", "__wrapped__"])
def test_another_name_is_an_attribute_error(name):
    with pytest.raises(AttributeError) as caught:
        getattr(fitcli.spec, name)
    assert str(caught.value) == f"module 'fitcli.spec' has no attribute {name!r}"


def test_a_name_that_is_not_there_cannot_be_imported():
    with pytest.raises(ImportError, match="cannot import name 'dump_specs'"):
        from fitcli.spec import dump_specs  # noqa: F401


def test_the_floor_by_its_own_names():
    from fitcli.spec import FitSettings, Spec, dump_spec, parse_spec

    spec = parse_spec("data: {path: x}\nmodel: [flatten, dense: classes]\nfit: {epochs: 4}")
    assert isinstance(spec, Spec) and spec.fit == FitSettings(epochs=4)
    assert parse_spec(dump_spec(spec)) == spec
