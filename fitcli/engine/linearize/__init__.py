"""`fitcli linearize` as functions: how far does the derivative at an image predict the probability of a class?"""

from fitcli.engine.linearize.picture import draw_line
from fitcli.engine.linearize.run import linearize

__all__ = ["draw_line", "linearize"]
