"""Every component is found by its file, is a frozen dataclass, and says what it is."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import sys
from pathlib import Path

import pytest

from fitcli.registry import Registry

PACKAGES = [
    ("fitcli.ops", "OPS"),
    ("fitcli.layers", "LAYERS"),
    ("fitcli.layers.presets", "PRESETS"),
    ("fitcli.losses", "LOSSES"),
    ("fitcli.optim", "OPTIMIZERS"),
    ("fitcli.schedules", "SCHEDULES"),
    ("fitcli.data.sources", "SOURCES"),
    ("fitcli.data.augment", "AUGMENTATIONS"),
    ("fitcli.initializers", "INITIALIZERS"),
    ("fitcli.gradients", "GRADIENTS"),
]


def registry(package, name):
    return getattr(importlib.import_module(package), name)


COMPONENTS = [
    pytest.param(registry(*package)[name], id=f"{package[0].removeprefix('fitcli.')}.{name}")
    for package in PACKAGES
    for name in registry(*package)
]

SETTINGS = [c for c in COMPONENTS if not c.id.startswith("data.sources")]


def written_docstring(cls):
    """The docstring in the source: a dataclass without one makes up its own."""
    module = ast.parse(Path(inspect.getsourcefile(cls)).read_text())
    node = next(n for n in ast.walk(module) if isinstance(n, ast.ClassDef) and n.name == cls.__name__)
    return ast.get_docstring(node) or "", ast.get_docstring(module) or ""


def test_no_registry_is_forgotten(tree):
    """Every package that makes a Registry is in the list above."""
    found = {module for module, text in tree.values() if "= Registry(" in text}
    assert found == {package for package, _ in PACKAGES}
    for package in PACKAGES:
        assert isinstance(registry(*package), Registry) and len(registry(*package).names()) >= 2


@pytest.mark.parametrize("cls", COMPONENTS)
def test_it_has_a_docstring(cls):
    """In the class, or at the head of the file where it is the only component."""
    own, file = written_docstring(cls)
    alone = sum(other.values[0].__module__ == cls.__module__ for other in COMPONENTS) == 1
    assert file and (own or alone), f"{cls.__name__} has no docstring of its own"


@pytest.mark.parametrize("cls", SETTINGS)
def test_its_settings_are_the_fields_of_a_frozen_dataclass(cls):
    assert dataclasses.is_dataclass(cls) and cls.__dataclass_params__.frozen
    assert isinstance(cls.name, str) and cls.name == cls.name.lower()


def test_a_made_up_docstring_does_not_count(tmp_path):
    path = tmp_path / "bare.py"
    path.write_text("from dataclasses import dataclass\n\n\n@dataclass(frozen=True)\nclass Bare:\n    size: int = 1\n")
    spec = importlib.util.spec_from_file_location("bare", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules["bare"] = module
    try:
        spec.loader.exec_module(module)
        assert module.Bare.__doc__ and written_docstring(module.Bare) == ("", "")
    finally:
        del sys.modules["bare"]
