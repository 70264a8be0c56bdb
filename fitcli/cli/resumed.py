"""The spec a resumed run goes on with: its own, with what the command line changes on purpose."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from fitcli.errors import ModelFileError, Problem, SpecError

if TYPE_CHECKING:
    from fitcli.spec import Spec


def resumed_spec(
    run: str, given: str | None, overrides: tuple[str, ...], data: str | None
) -> tuple[Spec, Path]:  # fmt: skip
    """(spec, run directory). A SPEC given beside --resume must be that of the run: another fit is never continued."""
    from fitcli.engine.rundir import SPEC_NAME, find_run
    from fitcli.spec import dump_spec, load_spec

    path = find_run(run)
    try:
        spec = load_spec(path / SPEC_NAME, overrides=overrides, data=data)
    except SpecError as error:
        if all(problem.where.startswith(str(path / SPEC_NAME)) for problem in error.problems):
            raise ModelFileError(*error.problems) from None  # nobody has written it by hand: the run is damaged
        raise
    if given is not None:
        other = load_spec(given, overrides=overrides, data=data)
        if not is_same(other, spec):
            own = dump_spec(spec).splitlines()
            new = [line.strip() for line in dump_spec(other).splitlines() if line not in own][:3]
            what = f"this spec is not the one of {path}" + (f" (it says {'; '.join(new)})" if new else "")
            hint = f"`fitcli train --resume {path}` alone, with --set for what is to change"
            raise SpecError(Problem(what, where=given, hint=hint))
    return spec, path


def is_same(spec: Spec, saved: Spec) -> bool:
    """Whether a run, whose spec holds what the training images have decided, was begun with `spec`."""
    return replace(spec, loss=spec.loss.prepared_as(saved.loss)) == saved
