"""One fit after another, for `fitcli compare --train`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING

from fitcli.cli.options import check_images
from fitcli.cli.output import plain, tell
from fitcli.cli.progress import message_of, number, percent
from fitcli.cli.resumed import is_same

if TYPE_CHECKING:
    from fitcli.spec import Spec

SUFFIXES = (".yaml", ".yml")


def spec_files(paths: tuple[str, ...]) -> list[Path]:
    """The files among `paths`, and the YAML files of the folders; each name, without its ending, may come once."""
    from fitcli.data.names import natural_key
    from fitcli.errors import Problem, SpecError

    found: dict[str, Path] = {}
    for path in map(Path, paths):
        files = [path]
        if path.is_dir():
            files = sorted((f for f in path.iterdir() if f.suffix in SUFFIXES and f.is_file()), key=lambda f: natural_key(f.name))
        if not files:
            hint = "a folder of specs, or their names"
            raise SpecError(Problem("there is no YAML file in this folder", str(path), hint=hint))
        for file in files:
            if file.stem in found:
                told = f"its run would have the name of that of {found[file.stem]}: {file.stem}"
                raise SpecError(Problem(told, str(file), hint="another name for one of the two files"))
            found[file.stem] = file
    return list(found.values())


def train_variants(paths: tuple[str, ...], overrides: tuple[str, ...], out: str | None,
                   threads: int | None) -> tuple[Path, list[Path]]:  # fmt: skip
    """Fit every spec, in a folder of its own; (the folder of all, the runs).

    A fit that diverges does not stop the rest. Runs that are there already are gone on with, those that are done are left
    as they are. All specs are checked before the first fit begins.
    """
    from fitcli.engine.expected import expected_model
    from fitcli.engine.rundir import SPEC_NAME, create_run, is_run
    from fitcli.errors import ModelFileError, Problem, SpecError
    from fitcli.spec import load_spec

    files, problems, specs = spec_files(paths), [], []
    for file in files:
        try:
            specs.append(load_spec(file, overrides=overrides))
            expected_model(specs[-1])
        except SpecError as error:
            problems += error.problems
    if problems:
        raise SpecError(*problems)
    for spec in specs:
        check_images(spec, None, "compare", "--train", *paths, option="--set data.path=")
    for file, spec in zip(files, specs, strict=True):
        if out is not None and is_run(run := Path(out, file.stem)) and not is_same(spec, load_spec(run / SPEC_NAME)):
            problems.append(Problem(f"{run} is a run of another spec", str(file), hint="another --out"))
    if problems:
        raise ModelFileError(*problems)
    name = Path(paths[0]).stem if len(paths) == 1 else "compare"
    data = _Data()
    data.of(specs[0])  # what is wrong with it leaves no folder
    folder = create_run(name) if out is None else Path(out)
    words = ["fitcli", "compare", "--train", *paths, *(w for o in overrides for w in ("--set", o)), "--out", str(folder)]
    runs = [folder / file.stem for file in files]
    for place, (spec, run) in enumerate(zip(specs, runs, strict=True), 1):
        try:
            _train(spec, data.of(spec), run, f"{place}/{len(runs)} {plain(run.name)}", threads, place == len(runs))
        except KeyboardInterrupt:
            tell(f"interrupted; to go on: {plain(shlex.join(words))}")
            raise
    return folder, runs


class _Data:
    """The images of the last spec, for the next one that wants the same."""

    def __init__(self) -> None:
        self.asked: tuple | None = None

    def of(self, spec: Spec):
        from fitcli.cli.progress import counting
        from fitcli.data.load import load_splits

        if self.asked != (spec.data, spec.seed):
            with counting("reading images") as progress, spec.placing():
                self.splits = load_splits(spec.data, spec.seed, progress)
            self.asked = (spec.data, spec.seed)
            for warning in self.splits.warnings:
                tell(f"warning: {plain(warning)}")
        return self.splits


def _train(spec: Spec, splits, run: Path, title: str, threads: int | None, last: bool) -> None:
    from fitcli.cli.follow import follow
    from fitcli.engine.fit import fit
    from fitcli.engine.rundir import is_run
    from fitcli.errors import DivergedError

    if _is_done(run):
        tell(f"{title}: done before")
        return
    shown = _Line(title)
    try:
        seen = follow(fit(spec, splits, run, threads=threads, resume=is_run(run)), run, shown, last)
    except DivergedError as error:
        tell(f"{title}: diverged")
        for problem in error.problems:
            tell(f"  {plain(problem.message)}" + (f"\n  try: {plain(problem.hint)}" if problem.hint else ""))
        return
    last = seen.get("epoch", {}) | seen.get("end", {})
    words = [f"train loss {number(last.get('train_loss'))}"]
    if last.get("val_accuracy") is not None:
        words.append(f"val accuracy {percent(last['val_accuracy'])}")
    tell(f"{title}: {'  '.join(words)}  {shown.seconds:.1f} s")


def _is_done(run: Path) -> bool:
    from fitcli.engine.log import read_log
    from fitcli.engine.rundir import LOG_NAME

    return (run / LOG_NAME).is_file() and any(event.get("event") == "end" for event in read_log(run / LOG_NAME))


class _Line:
    """Of the events of a fit only what cannot wait; the seconds of its steps."""

    def __init__(self, title: str):
        self.title, self.seconds = title, 0.0

    def __call__(self, event: dict) -> None:
        if event["event"] == "step":
            self.seconds += event.get("seconds", 0.0)
        elif event["event"] in ("compile", "rollback", "changed", "warning"):
            tell(f"{self.title}: {message_of(event)}")
        for warning in event.get("warnings", ()):
            tell(f"{self.title}: warning: {plain(warning)}")
