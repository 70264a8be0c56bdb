"""Words that threads share: atomic reads and writes of int64, and ways to wait that leave the processor to others."""

from __future__ import annotations

import platform

from llvmlite import binding, ir

from fitcli.kernels.lazy import inner, intrinsic, types

_WORD = ir.IntType(64)
_SPINS = 4000  # some 40 µs: longer than a join between even workers takes
_YIELDS = 3000  # about a millisecond: far longer than a sleep, or one that slept would send all others to sleep in turn
_SLEEP_MICROSECONDS = 50


@intrinsic
def load(typingctx, address):
    """The int64 at `address`, after which everything written before it was stored is seen."""

    def codegen(context, builder, signature, args):
        pointer = builder.inttoptr(args[0], _WORD.as_pointer())
        return builder.load_atomic(pointer, "acquire", 8)

    return types.int64(types.int64), codegen


@intrinsic
def store(typingctx, address, value):
    def codegen(context, builder, signature, args):
        builder.store_atomic(args[1], builder.inttoptr(args[0], _WORD.as_pointer()), "release", 8)
        return context.get_dummy_value()

    return types.void(types.int64, types.int64), codegen


@intrinsic
def fetch_add(typingctx, address, value):
    """Add, and return what was there before."""

    def codegen(context, builder, signature, args):
        return builder.atomic_rmw("add", builder.inttoptr(args[0], _WORD.as_pointer()), args[1], "seq_cst")

    return types.int64(types.int64, types.int64), codegen


@intrinsic
def pause(typingctx):
    """Tell the core that this is a loop that waits."""
    machine = platform.machine().lower()

    def codegen(context, builder, signature, args):
        if machine in ("x86_64", "amd64"):
            name, arguments = "llvm.x86.sse2.pause", []
        elif machine in ("aarch64", "arm64"):
            name, arguments = "llvm.aarch64.hint", [ir.Constant(ir.IntType(32), 1)]  # YIELD
        else:
            return context.get_dummy_value()
        kind = ir.FunctionType(ir.VoidType(), [a.type for a in arguments])
        function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
        builder.call(function, arguments)
        return context.get_dummy_value()

    return types.void(), codegen


def _system_call(name: str, *arguments: int):
    """An intrinsic that calls a function of the C library, or does nothing where there is none of that name."""

    def define(typingctx):
        present = binding.address_of_symbol(name) is not None

        def codegen(context, builder, signature, args):
            if present:
                ints = [ir.IntType(32)] * len(arguments)
                kind = ir.FunctionType(ir.IntType(32), ints)
                function = builder.module.globals.get(name) or ir.Function(builder.module, kind, name)
                builder.call(function, [ir.Constant(i, a) for i, a in zip(ints, arguments, strict=True)])
            return context.get_dummy_value()

        return types.void(), codegen

    return intrinsic(define)


yield_processor = _system_call("sched_yield")
sleep_briefly = _system_call("usleep", _SLEEP_MICROSECONDS)


@intrinsic
def current_cpu(typingctx):
    """The CPU that this thread runs on, or −1 where the system does not say."""
    present = binding.address_of_symbol("sched_getcpu") is not None

    def codegen(context, builder, signature, args):
        if not present:
            return _WORD(-1)
        function = builder.module.globals.get("sched_getcpu") or ir.Function(
            builder.module, ir.FunctionType(ir.IntType(32), []), "sched_getcpu"
        )
        return builder.sext(builder.call(function, []), _WORD)

    return types.int64(), codegen


@inner
def wait_while(address, value, rounds):
    """Wait until the word at `address` is no longer `value`; False when `rounds` of waiting were not enough (0: never).

    Spins for some microseconds, then yields, then sleeps, so that waiting does not starve a busy machine.
    """
    done = 0
    while load(address) == value:
        done += 1
        if rounds and done >= rounds:
            return False
        if done < _SPINS:
            pause()
        elif done < _SPINS + _YIELDS:
            yield_processor()
        else:
            sleep_briefly()
    return True
