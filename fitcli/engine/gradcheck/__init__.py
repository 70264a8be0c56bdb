"""`fitcli gradcheck` as a function: is every derivative of a spec's model right?"""

from fitcli.engine.gradcheck.run import gradcheck

__all__ = ["gradcheck"]
