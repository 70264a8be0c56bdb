"""The learning-rate range test (Smith, Cyclical learning rates for training neural networks, 2017)."""

from fitcli.engine.rangetest.picture import draw_sweep
from fitcli.engine.rangetest.run import check_sweep, range_test

__all__ = ["check_sweep", "draw_sweep", "range_test"]
