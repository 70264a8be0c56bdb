"""Imports go down only. The floors, from the ground up; nothing reaches for one above its own."""

from __future__ import annotations

import pytest

FLOORS = [
    {"fitcli", "fitcli.errors", "fitcli.registry"},
    {"fitcli.kernels"},
    {"fitcli.autodiff"},
    {"fitcli.ops"},
    {"fitcli.layers", "fitcli.losses", "fitcli.optim", "fitcli.schedules", "fitcli.data", "fitcli.initializers",
     "fitcli.gradients"},
    {"fitcli.spec", "fitcli.model"},
    {"fitcli.engine"},
    {"fitcli.cli", "fitcli.__main__"},
]
LAYERS = 4  # may name what lies above them in annotations


def floor(module):
    name = ".".join(module.split(".")[:2])
    return next(i for i, names in enumerate(FLOORS) if name in names)


def upward(module, found):
    """What of its imports a module must not import."""
    own = floor(module)
    ours = [i for i in found if i.module.split(".")[0] == "fitcli"]
    return [f"{module}:{i.line} imports {i.module}" for i in ours
            if floor(i.module) > own and not (i.typing_only and own == LAYERS)]  # fmt: skip


def test_every_part_has_a_floor(tree):
    parts = {".".join(module.split(".")[:2]) for module, _ in tree.values()}
    assert parts <= set().union(*FLOORS), "a new part of the package: say on which floor it stands"
    assert {"fitcli.kernels", "fitcli.ops", "fitcli.spec", "fitcli.cli", "fitcli.model"} <= parts


def test_imports_go_down_only(tree, imports_of):
    wrong = [w for path, (module, _) in tree.items() for w in upward(module, imports_of(path))]
    assert wrong == []


def test_errors_and_registry_stand_on_nothing(tree, imports_of):
    for path, (module, _) in tree.items():
        if module in ("fitcli.errors", "fitcli.registry"):
            assert [i for i in imports_of(path) if i.module.startswith("fitcli.")] == []


@pytest.mark.parametrize(
    ("module", "text", "wrong"),
    [
        ("fitcli.kernels.new", "from fitcli.ops.relu import ReLU", 1),
        ("fitcli.kernels.new", "import fitcli.ops", 1),
        ("fitcli.kernels.new", "from fitcli import ops, errors", 1),
        ("fitcli.kernels.new", "from ..autodiff import tape", 1),
        ("fitcli.kernels.new", "from .. import model", 1),
        ("fitcli.kernels.new", "from .panels import pack\nfrom fitcli.errors import Problem", 0),
        ("fitcli.autodiff.new", "def f():\n    def g():\n        from fitcli.ops.add import Add", 1),
        ("fitcli.ops.new", "class A:\n    import fitcli.layers.conv as conv", 1),
        ("fitcli.ops.new", "if TYPE_CHECKING:\n    from fitcli.spec import Spec", 1),
        ("fitcli.ops.new", "import importlib\nimportlib.import_module('fitcli.engine.fit')", 1),
        ("fitcli.ops.new", "f = lambda: __import__('fitcli.model')", 1),
        ("fitcli.layers.new", "if TYPE_CHECKING:\n    from fitcli.spec import Spec", 0),
        ("fitcli.layers.new", "if TYPE_CHECKING:\n    pass\nelse:\n    from fitcli.spec import Spec", 1),
        ("fitcli.layers.new", "from fitcli.spec import Spec", 1),
        ("fitcli.layers.new", "try:\n    import fitcli.cli\nexcept ImportError:\n    pass", 1),
        ("fitcli.model", "from fitcli.spec.settings import Spec", 0),
        ("fitcli.spec.new", "from fitcli.engine import fit\nfrom fitcli.layers import LAYERS", 1),
        ("fitcli.engine.new", "import numpy, fitcli.cli.output", 1),
    ],
)
def test_a_planted_import_is_found(module, text, wrong, imports):
    assert len(upward(module, imports(text, module.rpartition(".")[0]))) == wrong
