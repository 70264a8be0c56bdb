"""Train each preset of configs/presets once and print the README's table: parameters, seconds, test accuracy.

\b
python tests/bench/presets.py
python tests/bench/presets.py --preset vit --preset mixer --set fit.epochs=20
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import click
from table import NONE, markdown

CONFIGS = Path(__file__).parents[2] / "configs" / "presets"
NAMES = sorted(path.stem for path in CONFIGS.glob("*.yaml"))
COLUMNS = ("preset", "parameters", "multiply-adds", "epochs", "seconds", "test accuracy")


@click.command(help=__doc__)
@click.option("--preset", "names", type=click.Choice(NAMES), multiple=True, metavar="NAME",
              help=f"Only this one; may be repeated: {', '.join(NAMES)}.")  # fmt: skip
@click.option("--set", "overrides", multiple=True, metavar="KEY=VALUE", help="Handed on to fitcli train.")
@click.option("--data", metavar="PATH", help="Handed on to fitcli train.")
@click.option("--out", type=click.Path(path_type=Path), help="Keep the run directories in this folder.")
def main(names: tuple[str, ...], overrides: tuple[str, ...], data: str | None, out: Path | None) -> None:
    options = [part for override in overrides for part in ("--set", override)]
    with tempfile.TemporaryDirectory() as scratch:
        rows = []
        for name in names or NAMES:
            print(f"{name} ...", file=sys.stderr, flush=True)
            rows.append(row(name, options, ["--data", data] if data else [], (out or Path(scratch)) / name))
    print(markdown(COLUMNS, sorted(rows, key=lambda cells: int(cells[1].replace(",", "")))))


def row(name: str, options: list[str], data: list[str], run: Path) -> list[str]:
    """One line of the table; what cannot be told is a dash."""
    spec = str(CONFIGS / f"{name}.yaml")
    fitcli("train", spec, *options, *data, "--out", str(run), "--quiet")
    made = json.loads(fitcli("summary", str(run / "spec.yaml"), "--json"))
    events = [json.loads(line) for line in (run / "log.jsonl").read_text().splitlines()]
    epochs = [event for event in events if event["event"] == "epoch"]
    accuracy = next((event.get("test_accuracy") for event in events if event["event"] == "end"), None)
    return [
        name, f"{made['parameters']:,}", f"{made['multiply_adds'] / 1e6:.2f} M", str(len(epochs)),
        f"{sum(event['seconds'] for event in epochs):.0f}", NONE if accuracy is None else f"{100 * accuracy:.2f} %",
    ]  # fmt: skip


def fitcli(*args: str) -> str:
    """What the command prints on stdout; its errors go through, and end this one."""
    done = subprocess.run([sys.executable, "-m", "fitcli", *args], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise click.ClickException(f"fitcli {' '.join(args)} ended with {done.returncode}")
    return done.stdout


if __name__ == "__main__":
    main()
