"""`fitcli gradcheck` as functions: is every derivative of a spec's model right?"""

from fitcli.engine.gradcheck.full import add_jacobians
from fitcli.engine.gradcheck.mutate import selftest
from fitcli.engine.gradcheck.pictures import plot_check
from fitcli.engine.gradcheck.run import gradcheck

__all__ = ["add_jacobians", "gradcheck", "plot_check", "selftest"]
