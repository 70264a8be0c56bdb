"""`fitcli data check`: can these images be trained on, and what is odd about them?"""

from __future__ import annotations

import click

from fitcli.cli.options import check_images, json_option, set_option


@click.command()
@click.argument("place", metavar="PATH|SPEC")
@set_option
@json_option
@click.option("--model", metavar="RUN", help="Also tell which labels this model (or cross-validation) doubts.")
@click.option("--all", "everything", is_flag=True, help="Name all images of each finding, not the first alone.")
@click.pass_context
def command(
    ctx: click.Context, place: str, overrides: tuple[str, ...], as_json: bool, model: str | None, everything: bool
) -> None:  # fmt: skip
    """Look at every image of a folder, file or spec.

    Tells what cannot be read, odd formats and sizes, the balance of classes, duplicates, and images that are on two
    sides of a split. PATH is what data.path may be; SPEC a YAML file, whose splits are checked as training makes them.
    Exit code 3 when training would fail.

    With --model, images whose labels are probably wrong: the model is as sure of another class as it is of images of
    that class. It knows the images that it was trained on by heart, so best take the folds of `fitcli train --folds 5`.

    \b
    fitcli data check photos/
    fitcli data check configs/cats_dogs.yaml --model runs/cats_dogs-1 --all
    fitcli data check configs/cats_dogs.yaml --json
    """
    from contextlib import nullcontext

    from fitcli.cli.output import json_text, plain, say, tell
    from fitcli.cli.progress import counting
    from fitcli.data.settings import DataSettings
    from fitcli.errors import DataError, SpecError

    placing = nullcontext()
    if place.lower().endswith((".yaml", ".yml")):
        from fitcli.spec import load_spec

        spec = load_spec(place, overrides=overrides)
        check_images(spec, None, "data", "check", place, option="--set data.path=")
        settings, seed, placing = spec.data, spec.seed, spec.placing()
    elif overrides:
        raise SpecError("--set changes a spec; give SPEC instead of PATH")
    else:
        settings, seed = DataSettings(place), 0

    from fitcli.data.check.report import check

    with counting("checking images", as_json) as progress, placing:
        result = check(settings, seed, progress)
    if model is not None and result["trainable"]:
        result["findings"] += _doubts(model, settings, seed, as_json)
    if as_json:
        say(json_text(result))
    else:
        for warning in result["warnings"]:
            tell(f"warning: {plain(warning)}")
        _show(result, everything)
    if not result["trainable"]:
        ctx.exit(DataError.exit_code)


def _doubts(model: str, settings, seed: int, quiet: bool) -> list[dict]:
    """The labels that a model doubts, as a finding."""
    from fitcli.cli.judging import judged
    from fitcli.cli.progress import counting
    from fitcli.engine.doubt import doubts

    with counting("reading images", quiet) as progress:
        found = doubts(judged(model, settings, seed, progress))
    if not found:
        return []
    shares = [f"{d.label} {100 * d.share:.1f} %, {d.other} {100 * d.other_share:.1f} %" for d in found]
    images = [{"path": doubt.path, "remark": remark} for doubt, remark in zip(found, shares, strict=True)]
    return [{"kind": "label doubt", "message": "have labels that the model doubts", "fatal": False, "images": images}]


def _show(result: dict, everything: bool) -> None:
    from fitcli.cli.output import plain, say, table

    splits = list(dict.fromkeys(split for counts in result["classes"].values() for split in counts))
    rows = [[name, *(counts.get(split, 0) for split in splits)] for name, counts in result["classes"].items()]
    if len(rows) > 1:
        rows.append(["all", *(result["splits"].get(split, 0) for split in splits)])
    table(["class", *splits], rows)
    say("")
    if result["sizes"]:
        low, middle, high = (" x ".join(map(str, result["sizes"][key])) for key in ("smallest", "median", "largest"))
        kinds = "; ".join(map(_counted, (result["formats"], result["modes"])))
        say(f"height x width {low} to {high}, median {middle}; {kinds}")
        say("")
    if result["findings"]:
        table(["", "finding", "images", "what", "such as"], [_row(finding) for finding in result["findings"]])
        say("")
    if everything:
        for finding in result["findings"]:
            for image in finding["images"]:
                say(f"{finding['kind']}: {plain(image['path'])}: {plain(image['remark'])}")
    fatal = [finding for finding in result["findings"] if finding["fatal"]]
    verdict = "training would fail" if fatal else "nothing stands in the way of training"
    say(f"{result['images']:,} images: {verdict}")


def _row(finding: dict) -> list[str]:
    named = [f"{image['path']}: {image['remark']}" for image in finding["images"][:1]]
    count = len(finding["images"]) or "-"
    return ["error" if finding["fatal"] else "note", finding["kind"], count, finding["message"], *(named or [""])]


def _counted(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
