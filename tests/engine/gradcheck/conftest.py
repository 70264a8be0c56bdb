"""A small model with a bit of everything, where it is checked."""

import pytest

from fitcli.spec import parse_spec

SPEC = """
data: {path: nowhere, image: {size: [6, 5], channels: 3}}
model:
  - conv: {filters: 4, kernel: 3}
  - batchnorm
  - relu
  - maxpool: 2
  - residual: {layers: [{conv: 4}, tanh]}
  - flatten
  - dropout: 0.3
  - dense: classes
"""


@pytest.fixture(scope="session")
def small_spec():
    return parse_spec(SPEC)


@pytest.fixture(scope="session")
def small(small_spec):
    from fitcli.engine.gradcheck.place import place

    return place(small_spec, seed=3)
