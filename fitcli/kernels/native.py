"""Intrinsics that Python has no words for: an integer as an array, as a float, as a function to call."""

from __future__ import annotations

from llvmlite import ir

from fitcli.kernels.lazy import inner, intrinsic, types

CHANNELS = 512  # numbers in an array that `local` makes: what works channel by channel takes so many at a time


@intrinsic
def view(typingctx, address, shape, dtype):
    """The C-contiguous array of this shape and type at an address: numba's `carray`, without numba's run time."""
    kind = types.Array(dtype.dtype, len(shape), "C")

    def codegen(context, builder, signature, args):
        from numba.core.cgutils import unpack_tuple
        from numba.np.arrayobj import populate_array

        word = context.get_value_type(types.intp)
        lengths = unpack_tuple(builder, args[1])
        item = ir.Constant(word, context.get_abi_sizeof(context.get_data_type(kind.dtype)))
        strides = [item]
        for length in reversed(lengths[1:]):
            strides.insert(0, builder.mul(strides[0], length))
        array = context.make_array(kind)(context, builder)
        data = builder.inttoptr(args[0], array.data.type)
        populate_array(array, data=data, shape=lengths, strides=strides, itemsize=item, meminfo=None)
        return array._getvalue()

    return kind(types.int64, shape, dtype), codegen


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


@intrinsic
def local(typingctx, dtype):
    """An array of CHANNELS numbers of this type on the stack, its values not set: gone when the kernel returns."""
    kind = types.Array(dtype.dtype, 1, "C")

    def codegen(context, builder, signature, args):
        from numba.np.arrayobj import populate_array

        word = context.get_value_type(types.intp)
        element = context.get_data_type(kind.dtype)
        item = ir.Constant(word, context.get_abi_sizeof(element))
        with builder.goto_entry_block():
            place = builder.alloca(ir.ArrayType(element, CHANNELS))
            place.align = 64
        array = context.make_array(kind)(context, builder)
        data = builder.bitcast(place, array.data.type)
        populate_array(array, data=data, shape=[ir.Constant(word, CHANNELS)], strides=[item], itemsize=item, meminfo=None)
        return array._getvalue()

    return kind(dtype), codegen


@inner(inline="always")
def flat(x):
    """A C-contiguous array as a vector."""
    return view(address_of(x), (x.size,), x.dtype)


@inner(inline="always")
def rows_of(x):
    """A C-contiguous array as a matrix of rows, each a pixel's channels."""
    return view(address_of(x), (x.size // x.shape[-1], x.shape[-1]), x.dtype)
