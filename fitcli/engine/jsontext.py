"""Values to strict JSON text.

NaN and the infinities are not JSON: they become null, so that every reader can read what is written. `exact=True`
keeps them (as Python's own reader understands them) for state that must come back bit for bit.
"""

from __future__ import annotations

import json
import math
import os
from functools import cache


def dumps(value: object, exact: bool = False, ascii: bool = True) -> str:
    """One line of JSON. numpy scalars and arrays become numbers and lists, tuples lists, paths strings.

    Letters beyond ASCII are escaped unless `ascii` is False.
    """
    encode = _encoder(exact, ascii)
    try:
        return encode(value)
    except ValueError:  # rare, so that only then every number is looked at
        return encode(_finite(value))


@cache
def _encoder(exact: bool, ascii: bool):
    return json.JSONEncoder(allow_nan=exact, ensure_ascii=ascii, default=_plain).encode


def _plain(value: object) -> object:
    """What the encoder asks for when it does not know a type."""
    if hasattr(value, "tolist"):
        return value.tolist()
    return os.fspath(value)


def _finite(value: object) -> object:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return _finite(value.tolist()) if hasattr(value, "tolist") else value
