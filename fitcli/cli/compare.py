"""`fitcli compare`: runs beside each other."""

from __future__ import annotations

import click

from fitcli.cli.options import json_option, picture_option, set_option, threads_option


@click.command()
@click.argument("paths", nargs=-1, required=True, metavar="RUN|SPEC...")
@click.option("--train", is_flag=True, help="The paths are specs, or folders of them: fit each, then compare.")
@set_option
@click.option("--out", metavar="DIR", help="With --train: the folder of the runs. One that is begun is gone on with.")
@threads_option
@picture_option("Draw a PNG: loss against step and against time.")
@json_option
def command(paths: tuple[str, ...], train: bool, overrides: tuple[str, ...], out: str | None, threads: int | None,
            plot: str | None, as_json: bool) -> None:  # fmt: skip
    """Compare runs.

    What their specs differ in, and what became of them, the best first: by what they kept their best epochs by
    (fit.keep_best: validation accuracy, loss, F1 or mAP), or by training loss where nothing was validated. A folder
    stands for the runs in it.

    With --train the runs are made first, one a spec, in runs/NAME-1 or DIR; the picture is put there as compare.png.

    \b
    fitcli compare runs/fashion-1 runs/fashion-2 --plot both.png
    fitcli compare --train configs/variants
    fitcli compare --train a.yaml b.yaml --set fit.epochs=2 --out runs/quick
    """
    from pathlib import Path

    from fitcli.cli.output import json_text, plain, say, tell

    if not train and (overrides or out or threads):
        raise click.UsageError("--set, --out and --threads are for fits: they go with --train.")
    if train:
        from fitcli.cli.variants import train_variants

        folder, runs = train_variants(paths, overrides, out, threads)
        plot = plot or str(folder / "compare.png")
    from fitcli.engine.compare import compare_runs, draw_comparison, find_runs, read_runs

    found = read_runs(runs if train else find_runs(paths))
    result = compare_runs(found)
    if plot:
        draw_comparison(found, plot, title=" ".join(Path(path).name for path in paths) if len(paths) < 4 else "")
        tell(f"picture: {plain(plot)}")
    if as_json:
        say(json_text(result))
    else:
        _show(result)


def _show(result: dict) -> None:
    from fitcli.cli.output import table
    from fitcli.cli.progress import MORE, number, percent

    rows, titles = result["runs"], _titles(result["differ"])
    columns = {"run": [row["run"] for row in rows]}
    columns |= {title: [row["settings"][path] for row in rows] for path, title in titles.items()}
    if any(row["state"] != "done" for row in rows):
        columns["state"] = [row["state"] for row in rows]
    columns |= {key: [row[key] for row in rows] for key in ("epochs", "steps")}
    columns["seconds"] = [f"{row['seconds']:.1f}" for row in rows]
    columns["train loss"] = [number(row["train_loss"]) for row in rows]
    if any(row["best_train_loss"] != row["train_loss"] for row in rows):
        columns["lowest"] = [number(row["best_train_loss"]) for row in rows]
    metric = result["ranked_by"] if result["ranked_by"] != "train_loss" else "val_accuracy"
    if metric != "val_accuracy":
        columns["val accuracy"] = [percent(row["val_accuracy"]) for row in rows]
    if any(row[f"best_{metric}"] is not None for row in rows):
        name, show = metric.removeprefix("val_"), number if metric == "val_loss" else percent
        columns[f"val {MORE.get(name, name)}"] = [show(row[metric]) for row in rows]
        columns["best"] = [show(row[f"best_{metric}"]) for row in rows]
    if any(row["test_accuracy"] is not None for row in rows):
        columns["test"] = [percent(row["test_accuracy"]) for row in rows]
    table(list(columns), zip(*columns.values(), strict=True))


_OWN = ("run", "state", "epochs", "steps", "seconds", "lowest", "best", "test")


def _titles(paths: list[str]) -> dict[str, str]:
    """The last part of each path, or the whole where two columns would be called the same."""
    short = {path: path.rpartition(".")[2] for path in paths}
    taken = [*short.values(), *_OWN]
    return {path: name if taken.count(name) == 1 else path for path, name in short.items()}
