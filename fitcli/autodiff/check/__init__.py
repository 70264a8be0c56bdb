"""Is a derivative the derivative? The definitions, tested on any map that can push and pull; no op is known here.

order        f(v + h) − f(v) − df_v(h) vanishes faster than h                                (order.py, judge.py)
transpose    ⟨df(d), w⟩ = ⟨d, dfᵀ(w)⟩, to rounding                                           (adjoint.py)
entries      which coordinate of which tensor is off, when something is                       (findings.py)
"""
