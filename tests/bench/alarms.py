"""Check the derivatives of random specs from the whole catalogue, all of them right: any verdict but CORRECT is an alarm.

\b
python tests/bench/alarms.py                          # 200 specs
python tests/bench/alarms.py --first 50 --specs 25    # the 51st to the 75th of them
Each alarm is printed with its spec. Exit code 1 when there was one.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click
from drawn import draw

from fitcli.cli.verdicts import complaints
from fitcli.engine.gradcheck import gradcheck
from fitcli.spec import Spec, dump_spec


@click.command(help=__doc__)
@click.option("--specs", type=click.IntRange(min=1), default=200, show_default=True, help="How many.")
@click.option("--first", type=click.IntRange(min=0), default=0, show_default=True, help="The number of the first.")
@click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of the draw and the check.")
def main(specs: int, first: int, seed: int) -> None:
    alarms = 0
    for number in range(first, first + specs):
        spec = draw(number, seed)
        result = gradcheck(spec, seed)
        names = " ".join(layer.name for layer in spec.model)
        print(f"{number:4}  {result['verdict']:<8} {result['seconds']:5.1f} s  {names}  {spec.loss.name}", flush=True)
        if result["verdict"] != "CORRECT":
            alarms += 1
            print("\n".join([*told(result), short(spec)]), flush=True)
    print(f"{alarms} alarms over {specs} specs")
    sys.exit(alarms > 0)


def told(result: dict) -> Iterator[str]:
    """What the check has to say against this model."""
    for row in [*result["layers"], *([result["loss"]] if "loss" in result else [])]:
        if row["verdict"] != "CORRECT":
            yield f"{row['name']}: {row['verdict']}"
            yield from complaints(row)
    for part in ("exact", "program", "coordinates"):
        if part in result and result[part]["verdict"] != "CORRECT":
            yield f"{part}: {result[part]}"


def short(spec: Spec) -> str:
    """What makes this spec another than the next."""
    lines = dump_spec(spec).splitlines()
    return "\n".join(lines[lines.index("model:") : lines.index("fit:")])


if __name__ == "__main__":
    main()
