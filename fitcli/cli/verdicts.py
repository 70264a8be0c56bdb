"""What `fitcli gradcheck` found, for a reader: a row a layer, then what is wrong in words."""

from __future__ import annotations

from fitcli.cli.output import say, table

_COLUMNS = ("layer", "op", "verdict", "push - differences", "pull - differences", "push - pull", "order")


def show_verdicts(result: dict) -> None:
    rows = [*result["layers"], result["loss"]]
    table(_COLUMNS, [_row(row) for row in rows])
    say("")
    program = result["program"]
    gap = max(case["gradient"] for case in program["cases"])
    say(f"recorded program, {len(program['cases'])} ways to cut the batch: {program['verdict']}, gradient off by {gap:.1e}")
    for row in rows:
        for line in _complaints(row):
            say(line)
    if "note" in result:
        say(f"note: {result['note']}")
    say(f"verdict: {result['verdict']}")


def _row(row: dict) -> tuple:
    numbers = (short(row[key]) for key in ("jvp", "vjp", "transpose"))
    return (row["name"], row["op"], row["verdict"], *numbers, _order(row["order"]))


def short(x: float | None) -> str:
    return "-" if x is None else f"{x:.0e}" if x else "0"


def _order(slopes: list | None) -> str:
    return "  ".join(s if isinstance(s, str) else "-" if s is None else f"{s:.2f}" for s in slopes or ["-"])


def _complaints(row: dict) -> list[str]:
    lines = [f"{row['name']}: {row['reason']}"] if "reason" in row else []
    for f in row["findings"]:
        at = f"{f['block']}{list(f['index'])}" + (f" → output{list(f['output'])}" if f["output"] else "")
        told = f"expected {f['expected']:.6g}, got {f['got']:.6g} (off by {f['error']:.1e})"
        lines.append(f"{row['name']}: {f['map']} at {at}: {told}")
    return lines
