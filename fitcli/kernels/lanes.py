"""Writing loops over channel vectors in LLVM IR: whole vectors, then the rest under a mask."""

from __future__ import annotations

from collections.abc import Callable

from llvmlite import ir

from fitcli.kernels.lazy import types
from fitcli.kernels.microkernel import I64, Vectors
from fitcli.kernels.target import tile


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


class Loops(Vectors):
    """Vectors of the element type of a number `zero`, with what loops over pixels do with them."""

    def __init__(self, builder: ir.IRBuilder, zero):
        self.type = ir.FloatType() if zero == types.float32 else ir.DoubleType()
        super().__init__(builder, self.type, tile())
        self.nothing = ir.Constant(self.vector, None)

    def pointers(self, *addresses):
        return (self.builder.inttoptr(address, self.type.as_pointer()) for address in addresses)

    def moved(self, pointer, *steps):
        """`pointer` moved by number · stride for each pair."""
        for number, stride in steps:
            pointer = self.shift(pointer, self.builder.mul(number, stride))
        return pointer

    def started(self, bias, k, mask):
        """The bias of these channels, if there is one."""
        start = Held(self, self.nothing)
        (at,) = self.pointers(bias)
        with self.builder.if_then(self.builder.icmp_signed("!=", bias, I64(0))):
            start.set(self.load(self.shift(at, k), mask))
        return start.get()
