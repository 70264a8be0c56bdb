"""The comparison's modules import each other as a script's do: by name, from their own folder."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent


@pytest.fixture
def bench(monkeypatch):
    """bench("table") -> the module tests/bench/table.py; nothing of it is left afterwards."""
    before = set(sys.modules)
    monkeypatch.syspath_prepend(FOLDER)
    yield importlib.import_module
    for name, module in list(sys.modules.items()):
        if name not in before and str(getattr(module, "__file__", None) or "").startswith(str(FOLDER)):
            del sys.modules[name]


@pytest.fixture
def workloads(bench):
    """By name."""
    return bench("workloads").WORKLOADS
