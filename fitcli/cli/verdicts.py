"""What `fitcli gradcheck` found, for a reader: a row a layer, then what is wrong in words."""

from __future__ import annotations

from fitcli.cli.output import plain, say, table

_COLUMNS = ("layer", "verdict", "push", "pull", "transpose", "slopes", "float32")
_LEGEND = (
    "push, pull: how far df and its transpose are from differences; transpose: how far from each other;",
    "slopes: of what is left over of order 0, 1, 2 (1, 2, 3 when right; ~ through kinks; exact: nothing is left over);",
    "float32: its gradient against the one of float64",
)


def show_verdicts(result: dict) -> None:
    rows = [*result["layers"], *([result["loss"]] if "loss" in result else [])]
    table(_COLUMNS, [_row(row) for row in rows])
    say("")
    for line in _LEGEND:
        say(line)
    say("")
    _show_exact(result.get("exact"))
    _show_program(result.get("program"))
    _show_coordinates(result.get("coordinates"))
    _show_jacobians(result.get("jacobians"))
    for row in rows:
        for line in complaints(row):
            say(plain(line))
    if "note" in result:
        say(f"note: {plain(result['note'])}")
    say(f"verdict: {result['verdict']} ({result['seconds']:.1f} s)")


def _row(row: dict) -> tuple:
    numbers = [short(row[key]) for key in ("jvp", "vjp", "transpose")]
    return (row["name"], row["verdict"], *numbers, slopes(row["order"]), short(row.get("float32", {}).get("gradient")))


def short(x: float | None) -> str:
    return "-" if x is None else f"{x:.0e}" if x else "0"


def slopes(order: list | None) -> str:
    return " ".join(s if isinstance(s, str) else "-" if s is None else f"{s:.2f}" for s in order or ["-"])


def _show_exact(found: dict | None) -> None:
    """What has a reference without a step size, and what has none."""
    if not found:
        return
    rows = [row for row in found["layers"] if row["error"] is not None]
    directions = sum(row["directions"] for row in rows)
    kinds = f"{len(rows)} {'kind' if len(rows) == 1 else 'kinds'} of layer"
    told = f"{kinds} off by {short(found['error'])}, {directions} {'direction' if directions == 1 else 'directions'}"
    say(f"without a step size (complex step): {found['verdict']}, {told if rows else 'for no kind of layer'}")
    for row in found["layers"]:
        if row["error"] is None:
            say(f"  {plain(row['name'])}: by differences only, {row['why']}")
        elif row["verdict"] != "CORRECT":
            say(f"  {plain(row['name'])}: {row['verdict']}, off by {short(row['error'])} ({row['way']})")


def _show_program(program: dict | None) -> None:
    if program:
        gap, ways = short(max(case["gradient"] for case in program["cases"])), len(program["cases"])
        say(f"recorded program: {program['verdict']}, gradient off by {gap} (batch cut {ways} ways, 1 and 2 workers)")


def _show_coordinates(found: dict | None) -> None:
    if found:
        loss, direction, gradient = (short(found[key]) for key in ("loss", "direction", "gradient"))
        say(f"image in cosine coordinates: {found['verdict']}, loss off by {loss}, derivative by {direction},")
        say(f"  gradient by {gradient} (differences)")
        if found["descent"] is not None:
            descent, adam = short(found["descent"]), f"{found['adam']:.2g}"
            say(f"  path of gradient descent moved by {descent} of its length, of Adam by {adam}")


def _show_jacobians(rows: list[dict] | None) -> None:
    for row in rows or ():
        name, size = plain(row["name"]), f"{row['rows']:,} × {row['columns']:,}"
        if row["verdict"] is None:
            say(f"Jacobian of {name}: {size} is too large")
        else:
            gaps = f"push − pull {short(row['push_pull'])}, push − differences {short(row['push_differences'])}"
            say(f"Jacobian of {name}: {row['verdict']}, {size}, {gaps}")


def complaints(row: dict) -> list[str]:
    lines = [f"{row['name']}: {row['reason']}"] if "reason" in row else []
    for f in row["findings"]:
        at = f"{f['block']}{list(f['index'])}" + (f" → output{list(f['output'])}" if f["output"] else "")
        told = f"expected {f['expected']:.6g}, got {f['got']:.6g} (off by {f['error']:.1e})"
        lines.append(f"{row['name']}: {f['map']} at {at}: {told}")
    for u in row.get("unsettled", ()):
        where = u["block"] or "all tensors together"
        seen = f"differences see {u['differences_resolve']:.0e} of it at best"
        told = "kinks in every step" if u["verdict"] == "KINK" else seen
        lines.append(f"{row['name']}: a direction in {where} could not be settled by differences: {told}")
    return lines


def show_mutations(result: dict) -> None:
    columns = ("op", "planted error", "least size", "planted", "caught", "by transpose", "by differences")
    keys = ("op", "mutation", "least", "planted", "caught", "by_transpose", "by_differences")
    table(columns, [[short(row[k]) if k == "least" else row[k] for k in keys] for row in result["mutations"]])
    say("")
    columns = ("op", "planted", "caught", "least factor caught in push or pull alone", "in both alike")
    table(
        columns,
        [
            (o["op"], o["planted"], o["caught"], *(_plus(o[k]) for k in ("smallest_one", "smallest_both")))
            for o in result["ops"]
        ],
    )
    say("")
    for m in result["missed"]:
        say(f"missed: {m['mutation']} in {m['op']}, {m['block']}, {m['where']}: size {m['size']:.1e}")
    if "note" in result:
        say(f"note: {plain(result['note'])}")
    smallest = result["smallest"]
    least = f"the smallest relative error that is caught everywhere: {smallest:.0e}" if smallest is not None else ""
    say(f"verdict: {result['verdict']}; {least or 'no op has a derivative that could be spoiled'}")


def _plus(x: float) -> str:
    return f"1 + {x:.0e}" if x < 1 else "none"
