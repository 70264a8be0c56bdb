"""The register tile: C[r, c] = Σₖ A[r, k] · B[k, c] with every C held in a register while k runs.

The loop over k has three levels (n0, n1, n2), each with its own stride in A and in B, so that one microkernel serves
the convolution (kernel row, kernel column, channel), its gradients (image, row, column of pixels) and the plain
product. Emitted as LLVM IR because no compiler can be trusted to keep a run-time-strided tile in registers.
The scheme of register tiles over packed panels: Goto & van de Geijn, Anatomy of high-performance matrix
multiplication, 2008.
"""

from __future__ import annotations

from llvmlite import ir

from fitcli.kernels.lazy import intrinsic, types
from fitcli.kernels.target import Tile, tile

I64 = ir.IntType(64)
I32 = ir.IntType(32)


class Vectors:
    """Loads, stores and arithmetic on vectors of one element type, `lanes` at a time; a mask leaves lanes alone."""

    def __init__(self, builder: ir.IRBuilder, element: ir.Type, target: Tile):
        self.builder = builder
        self.element = element
        self.itemsize = 8 if isinstance(element, ir.DoubleType) else 4
        self.lanes = target.lanes(self.itemsize)
        self.vector = ir.VectorType(element, self.lanes)
        self.fma = target.fma
        self.in_signs = target.bits == 256  # AVX's masks are the signs of a vector; other targets have mask registers

    def constant(self, number: float) -> ir.Constant:
        return ir.Constant(self.vector, [number] * self.lanes)

    def shift(self, pointer, elements):
        return self.builder.gep(pointer, [elements])

    def splat(self, value):
        one = self.builder.insert_element(ir.Constant(self.vector, ir.Undefined), value, ir.Constant(I32, 0))
        zeros = ir.Constant(ir.VectorType(I32, self.lanes), [0] * self.lanes)
        return self.builder.shuffle_vector(one, ir.Constant(self.vector, ir.Undefined), zeros)

    def as_vector(self, pointer):
        return self.builder.bitcast(pointer, self.vector.as_pointer())

    def load(self, pointer, mask):
        address = self.as_vector(pointer)
        if mask is None:
            return self.builder.load(address, align=self.itemsize)
        mask = self._bits(mask)
        kind = f"v{self.lanes}f{8 * self.itemsize}"
        function = self.intrinsic(f"llvm.masked.load.{kind}.p0", self.vector, [address.type, I32, mask.type, self.vector])
        zero = ir.Constant(self.vector, None)
        return self.builder.call(function, [address, ir.Constant(I32, self.itemsize), mask, zero])

    def store(self, value, pointer, mask):
        address = self.as_vector(pointer)
        if mask is None:
            self.builder.store(value, address, align=self.itemsize)
            return
        mask = self._bits(mask)
        kind = f"v{self.lanes}f{8 * self.itemsize}"
        function = self.intrinsic(f"llvm.masked.store.{kind}.p0", ir.VoidType(), [self.vector, address.type, I32, mask.type])
        self.builder.call(function, [value, address, ir.Constant(I32, self.itemsize), mask])

    def intrinsic(self, name, result, arguments):
        module = self.builder.module
        if name in module.globals:
            return module.globals[name]
        return ir.Function(module, ir.FunctionType(result, arguments), name)

    def multiply_add(self, a, b, c):
        if not self.fma:
            return self.builder.fadd(c, self.builder.fmul(a, b))
        name = f"llvm.fma.v{self.lanes}f{8 * self.itemsize}"
        return self.builder.call(self.intrinsic(name, self.vector, [self.vector] * 3), [a, b, c])

    def clipped(self, value, clip):
        """max(value, 0) when `clip` is not 0; a NaN stays a NaN."""
        zero = ir.Constant(value.type, None)
        positive = self.builder.fcmp_unordered(">", value, zero)
        clips = self.builder.icmp_signed("!=", clip, I64(0))
        return self.builder.select(clips, self.builder.select(positive, value, zero), value)

    def masks(self, columns, vectors):
        """Lane l of vector v is on while v · lanes + l < columns."""
        if self.in_signs:
            return [self._sign_mask(self.builder.sub(columns, I64(v * self.lanes))) for v in range(vectors)]
        integers = ir.VectorType(I64, self.lanes)
        zeros = ir.Constant(ir.VectorType(I32, self.lanes), [0] * self.lanes)
        seed = self.builder.insert_element(ir.Constant(integers, ir.Undefined), columns, ir.Constant(I32, 0))
        limit = self.builder.shuffle_vector(seed, ir.Constant(integers, ir.Undefined), zeros)
        lane = [ir.Constant(integers, [v * self.lanes + i for i in range(self.lanes)]) for v in range(vectors)]
        return [self.builder.icmp_signed("<", numbers, limit) for numbers in lane]

    def _sign_mask(self, count):
        """`count` negative numbers, then zeros, read from a table: computed, the compiler would do it anew at each use."""
        word = ir.IntType(8 * self.itemsize)
        table, name = ir.ArrayType(word, 2 * self.lanes), f"fitcli_signs_{8 * self.itemsize}_{self.lanes}"
        signs = self.builder.module.globals.get(name)
        if signs is None:
            signs = ir.GlobalVariable(self.builder.module, table, name)
            signs.linkage, signs.global_constant = "internal", True
            signs.initializer = ir.Constant(table, [-1] * self.lanes + [0] * self.lanes)
        for low, limit in ((">", self.lanes), ("<", 0)):
            count = self.builder.select(self.builder.icmp_signed(low, count, I64(limit)), I64(limit), count)
        at = self.builder.gep(signs, [I64(0), self.builder.sub(I64(self.lanes), count)])
        return self.builder.load(self.builder.bitcast(at, ir.VectorType(word, self.lanes).as_pointer()), align=self.itemsize)

    def _bits(self, mask):
        if not self.in_signs:
            return mask
        return self.builder.icmp_signed("<", mask, ir.Constant(mask.type, None))  # beside its use: no instruction


class _Emitter(Vectors):
    """Writes one tile for a fixed element type, number of rows and of vectors."""

    def __init__(self, builder: ir.IRBuilder, element: ir.Type, target: Tile, scattered: bool):
        super().__init__(builder, element, target)
        self.scattered = scattered  # rows of A at offsets from a table; else neighbours (stride 1)

    def const(self, n: int) -> ir.Constant:
        return ir.Constant(I64, n)

    def loop(self, counts, strides_a, strides_b, a_pointers, b_pointer, accumulators, body):
        """Run `body` over the levels of k, outermost first; pointers and accumulators travel as phi nodes."""
        builder = self.builder
        before = builder.block
        head = builder.append_basic_block("k")
        builder.branch(head)
        builder.position_at_end(head)
        count = builder.phi(I64)
        count.add_incoming(self.const(0), before)
        carried = []
        for value in [*a_pointers, b_pointer, *accumulators]:
            phi = builder.phi(value.type)
            phi.add_incoming(value, before)
            carried.append(phi)
        a = carried[: len(a_pointers)]
        b = carried[len(a_pointers)]
        c = carried[len(a_pointers) + 1 :]
        if len(counts) == 1:
            done = body(a, b, c)
        else:
            done = self.loop(counts[1:], strides_a[1:], strides_b[1:], a, b, c, body)
        following = [self.shift(p, strides_a[0]) for p in a] + [self.shift(b, strides_b[0])] + list(done)
        stepped = builder.add(count, self.const(1))
        last = builder.block
        count.add_incoming(stepped, last)
        for phi, value in zip(carried, following, strict=True):
            phi.add_incoming(value, last)
        after = builder.append_basic_block("k.done")
        builder.cbranch(builder.icmp_signed("<", stepped, counts[0]), head, after)
        builder.position_at_end(after)
        return done

    def tile(self, rows, vectors, mask, p):
        """One tile of `rows` × `vectors`; `p` names the operands as in `multiply_tile`."""
        builder = self.builder
        if self.scattered:
            offsets = [builder.load(self.shift(p.a_rows, self.const(r))) for r in range(rows)]
            a_pointers = [self.shift(p.a, offset) for offset in offsets]
        else:
            a_pointers = [p.a]
        if p.c_rows is None:
            raise AssertionError("a tile needs the offsets of its rows of C")
        c_pointers = [
            [self.shift(row, self.const(v * self.lanes)) for v in range(vectors)]
            for row in (self.shift(p.c, builder.load(self.shift(p.c_rows, self.const(r)))) for r in range(rows))
        ]
        accumulators = self.start(rows, vectors, mask, p, c_pointers)

        def body(a, b, c):
            loaded = [self.load(self.shift(b, self.const(v * self.lanes)), mask[v] if mask else None) for v in range(vectors)]
            out = []
            for r in range(rows):
                at = a[r] if self.scattered else self.shift(a[0], self.const(r))
                value = self.splat(builder.load(at, align=self.itemsize))
                out += [self.multiply_add(value, loaded[v], c[r * vectors + v]) for v in range(vectors)]
            return out

        done = self.loop(p.counts, p.strides_a, p.strides_b, a_pointers, p.b, accumulators, body)
        self.finish(rows, vectors, mask, p, c_pointers, done)

    def start(self, rows, vectors, mask, p, c_pointers):
        """Accumulators begin at 0, at C (start 1) or at the bias (start 2)."""
        builder = self.builder
        zero = ir.Constant(self.vector, None)
        entry = builder.block
        from_c, from_bias, join = (builder.append_basic_block(n) for n in ("start.c", "start.bias", "start"))
        choice = builder.switch(p.start, join)
        choice.add_case(self.const(1), from_c)
        choice.add_case(self.const(2), from_bias)
        builder.position_at_end(from_c)
        held = [self.load(c_pointers[r][v], mask[v] if mask else None) for r in range(rows) for v in range(vectors)]
        builder.branch(join)
        builder.position_at_end(from_bias)
        bias = [self.load(self.shift(p.bias, self.const(v * self.lanes)), mask[v] if mask else None) for v in range(vectors)]
        builder.branch(join)
        builder.position_at_end(join)
        accumulators = []
        for r in range(rows):
            for v in range(vectors):
                phi = builder.phi(self.vector)
                phi.add_incoming(zero, entry)
                phi.add_incoming(held[r * vectors + v], from_c)
                phi.add_incoming(bias[v], from_bias)
                accumulators.append(phi)
        return accumulators

    def finish(self, rows, vectors, mask, p, c_pointers, done):
        """Store, through max(·, 0) when `clip` is set."""
        for r in range(rows):
            for v in range(vectors):
                value = self.clipped(done[r * vectors + v], p.clip)
                self.store(value, c_pointers[r][v], mask[v] if mask else None)


class _Operands:
    def __init__(self, builder, element, args):
        pointer = element.as_pointer()
        table = I64.as_pointer()
        (a, self.a_rows, b, c, self.c_rows, bias, self.rows, self.columns) = args[:8]
        self.a, self.b, self.c, self.bias = (builder.inttoptr(x, pointer) for x in (a, b, c, bias))
        self.a_rows, self.c_rows = builder.inttoptr(self.a_rows, table), builder.inttoptr(self.c_rows, table)
        self.counts = args[8:11]
        self.strides_a = args[11:14]
        self.strides_b = args[14:17]
        self.start, self.clip = args[17:19]


def _tile_intrinsic(scattered: bool):
    def define(typingctx, zero, a, a_rows, b, c, c_rows, bias, rows, columns,
               n0, n1, n2, sa0, sa1, sa2, sb0, sb1, sb2, start, clip):  # fmt: skip
        element = ir.FloatType() if zero == types.float32 else ir.DoubleType()

        def codegen(context, builder, signature, args):
            target = tile()
            if scattered:  # a stride of one element, known here, becomes an addressing mode
                args = [*args[:14], I64(1), *args[15:]]
            p = _Operands(builder, element, args[1:])
            p.strides_a = [*p.strides_a[:2], I64(1)] if scattered else p.strides_a
            emitter = _Emitter(builder, element, target, scattered)
            end = builder.append_basic_block("end")
            trap = builder.append_basic_block("none")
            full = builder.icmp_signed(">=", p.columns, I64(target.columns(emitter.itemsize)))
            one = builder.icmp_signed("<=", p.columns, I64(emitter.lanes))
            whole, narrow, partial, choose = (builder.append_basic_block(n) for n in ("whole", "narrow", "partial", "choose"))
            builder.cbranch(full, whole, choose)
            builder.position_at_end(choose)
            builder.cbranch(one, narrow, partial)
            for block, vectors, masked in ((whole, target.vectors, False), (partial, target.vectors, True), (narrow, 1, True)):
                builder.position_at_end(block)
                mask = emitter.masks(p.columns, vectors) if masked else None
                if masked and vectors > 1:  # more than one vector's columns: a mask that is not held is a register won
                    mask[0] = None
                switch = builder.switch(p.rows, trap)
                for rows in range(1, target.rows + 1):
                    case = builder.append_basic_block(f"rows{rows}")
                    switch.add_case(I64(rows), case)
                    builder.position_at_end(case)
                    emitter.tile(rows, vectors, mask, p)
                    builder.branch(end)
            builder.position_at_end(trap)
            builder.branch(end)
            builder.position_at_end(end)
            return context.get_dummy_value()

        return types.void(zero, *([types.int64] * 19)), codegen

    return intrinsic(define)


multiply_rows = _tile_intrinsic(scattered=True)  # rows of A anywhere, k with stride 1 in its last level
multiply_columns = _tile_intrinsic(scattered=False)  # rows of A are neighbours: A is used transposed
