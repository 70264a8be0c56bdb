"""What the package may import from outside."""

from __future__ import annotations

import re
import sys
import tomllib

FORBIDDEN = {"scipy", "torch", "tensorflow", "jax", "sklearn", "requests", "urllib3", "pandas"}

EXTRA = {"fitcli.engine.eventfile": "tensorboardX"}


def outside(tree, imports_of):
    return [(module, i) for path, (module, _) in tree.items() for i in imports_of(path)
            if (top := i.module.split(".")[0]) and top != "fitcli" and top not in sys.stdlib_module_names]  # fmt: skip


def test_no_framework_and_no_network(tree, imports_of):
    assert [(m, i.module, i.line) for m, i in outside(tree, imports_of) if i.module.split(".")[0] in FORBIDDEN] == []


def test_every_import_is_a_declared_dependency(tree, imports_of, root):
    """llvmlite comes with numba, annotated_types with pydantic."""
    declared = tomllib.loads((root / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.match(r"[\w-]+", line)[0].lower() for line in declared}
    names = (names - {"pillow", "pyyaml"}) | {"PIL", "yaml", "llvmlite", "annotated_types"}
    needed = {i.module.split(".")[0] for module, i in outside(tree, imports_of) if EXTRA.get(module) != i.module.split(".")[0]}
    assert needed <= names


def test_what_an_extra_brings_is_imported_when_it_is_asked_for(tree, imports_of, root):
    extras = tomllib.loads((root / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    for module, name in EXTRA.items():
        (path,) = [path for path, (own, _) in tree.items() if own == module]
        assert any(line.startswith(name) for lines in extras.values() for line in lines)
        top = {i.module.split(".")[0] for i in imports_of(path)} & {name}
        assert top and not re.search(rf"^(from|import) {name}", path.read_text(), re.MULTILINE)


def test_a_planted_import_is_found(imports):
    found = imports("def f():\n    from scipy.special import erf\n    import torch.nn as nn", "fitcli.ops")
    assert [i.module.split(".")[0] for i in found] == ["scipy", "torch"]
