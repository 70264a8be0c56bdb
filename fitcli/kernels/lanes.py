"""Writing loops over channel vectors in LLVM IR: whole vectors, then the rest under a mask."""

from __future__ import annotations

from collections.abc import Callable

from llvmlite import ir

from fitcli.kernels.microkernel import I64, Vectors


def each(builder: ir.IRBuilder, start, stop, step: int, body: Callable) -> None:
    """for k in range(start, stop, step): body(k)."""
    before = builder.block
    head, inside, after = (builder.append_basic_block(name) for name in ("each", "each.body", "each.done"))
    builder.branch(head)
    builder.position_at_end(head)
    k = builder.phi(I64)
    k.add_incoming(start, before)
    builder.cbranch(builder.icmp_signed("<", k, stop), inside, after)
    builder.position_at_end(inside)
    body(k)
    k.add_incoming(builder.add(k, I64(step)), builder.block)
    builder.branch(head)
    builder.position_at_end(after)


def each_channel(vectors: Vectors, channels, body: Callable) -> None:
    """body(k, mask) for every vector of channels; the mask is None but for the last, partial one."""
    builder = vectors.builder
    whole = builder.and_(channels, I64(-vectors.lanes))
    each(builder, I64(0), whole, vectors.lanes, lambda k: body(k, None))
    rest = builder.sub(channels, whole)
    with builder.if_then(builder.icmp_signed(">", rest, I64(0))):
        (mask,) = vectors.masks(rest, 1)
        body(whole, mask)


class Held:
    """A vector that lives in a register from one turn of a loop to the next."""

    def __init__(self, vectors: Vectors, value):
        self.vectors = vectors
        with vectors.builder.goto_entry_block():
            self.place = vectors.builder.alloca(vectors.vector)  # promoted to a register by the compiler
        self.set(value)

    def get(self):
        return self.vectors.builder.load(self.place)

    def set(self, value) -> None:
        self.vectors.builder.store(value, self.place)
