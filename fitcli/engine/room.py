"""Whether what is to run has room in this machine's memory: told before it begins, with the layer that takes most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from fitcli.autodiff.program import Program
from fitcli.data.memory import size_text, usable_memory
from fitcli.errors import Problem, SpecError
from fitcli.kernels.recording import Instruction, Ref
from fitcli.model import layer_path
from fitcli.spec import Spec


def check_room(spec: Spec, programs: Sequence[Program]) -> None:
    """SpecError where the arrays that `programs` work with are larger than all the memory there is."""
    needed, there = sum(sum(program.arena_bytes) for program in programs), usable_memory()
    if needed <= there:
        return
    name, most = largest(i for p in programs for worker in range(p.workers) for phase in p.phases for i in phase[worker])
    path = layer_path(spec, name)
    what = f"the numbers between the layers take {size_text(needed)}, and there are {size_text(there)} of memory"
    raise SpecError(
        Problem(f"{what}; {name} alone has an array of {size_text(most)}", spec.where(path), path,
                hint="smaller images (data.image.size), smaller layers, or where there is batchnorm a smaller batch")  # fmt: skip
    )


def largest(instructions: Iterable[Instruction]) -> tuple[str, int]:
    """The layer that is at work where the largest array is met first, and the bytes of it."""
    name, most = "", 0
    for instruction in instructions:
        size = max((arg.slot.nbytes for arg in instruction.args if isinstance(arg, Ref)), default=0)
        if size > most:
            name, most = instruction.label.rpartition(" ")[0], size
    return name, most
