"""What to tell of a fit that gets nowhere: each thing once, with what to try."""

from fitcli.engine.advice.adviser import Adviser

__all__ = ["Adviser"]
