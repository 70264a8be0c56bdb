"""What many optimizers have a setting for, with its limits."""

from __future__ import annotations

from typing import Annotated

from annotated_types import Ge, Gt, Lt

Rate = Annotated[float, Gt(0)]  # a learning rate
Beta = Annotated[float, Ge(0), Lt(1)]  # how much of the past a moving average, or a momentum, keeps in a step
Epsilon = Annotated[float, Gt(0)]  # keeps a quotient finite
Decay = Annotated[float, Ge(0)]  # weight decay
