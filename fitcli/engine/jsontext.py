"""Values to strict JSON text.

NaN and the infinities are not JSON: they become null, so that every reader can read what is written. `exact=True`
keeps them (as Python's own reader understands them) for state that must come back bit for bit.
"""

from __future__ import annotations

import json
import math
import os


def dumps(value: object, exact: bool = False, ascii: bool = True) -> str:
    """One line of JSON. numpy scalars and arrays become numbers and lists, tuples lists, paths strings.

    Letters beyond ASCII are escaped unless `ascii` is False.
    """
    return json.dumps(_plain(value, exact), allow_nan=exact, ensure_ascii=ascii)


def _plain(value: object, exact: bool) -> object:
    if isinstance(value, float):
        value = float(value)
        return value if exact or math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _plain(item, exact) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, exact) for item in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist(), exact)
    if isinstance(value, os.PathLike):
        return os.fspath(value)
    return value
