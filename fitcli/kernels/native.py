"""Intrinsics that Python has no words for: an integer as a pointer, as a float, as a function to call."""

from __future__ import annotations

from llvmlite import ir
from numba.core import types
from numba.extending import intrinsic


@intrinsic
def pointer(typingctx, address):
    """int64 → untyped pointer, to be viewed by `carray`."""

    def codegen(context, builder, signature, args):
        return builder.inttoptr(args[0], context.get_value_type(types.voidptr))

    return types.voidptr(types.int64), codegen


@intrinsic
def float_of_bits(typingctx, bits):
    """int64 → the float64 with these bits."""

    def codegen(context, builder, signature, args):
        return builder.bitcast(args[0], ir.DoubleType())

    return types.float64(types.int64), codegen


@intrinsic
def call_entry(typingctx, entry, block):
    """Call the compiled entry at address `entry` with the address of its block of integers."""

    def codegen(context, builder, signature, args):
        entry_type = ir.FunctionType(ir.VoidType(), [ir.IntType(64)])
        builder.call(builder.inttoptr(args[0], entry_type.as_pointer()), [args[1]])
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@intrinsic
def address_of(typingctx, array):
    """The address of an array's first element, as int64."""

    def codegen(context, builder, signature, args):
        struct = context.make_array(signature.args[0])(context, builder, args[0])
        return builder.ptrtoint(struct.data, ir.IntType(64))

    return types.int64(array), codegen


@intrinsic
def size_of(typingctx, number):
    """Bytes of a number of this type: a constant."""

    def codegen(context, builder, signature, args):
        return ir.IntType(64)(number.bitwidth // 8)

    return types.int64(number), codegen
