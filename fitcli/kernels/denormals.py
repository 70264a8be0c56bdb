"""Numbers too small for a full mantissa count as 0 in kernels.

A processor takes a hundred times as long over such *denormal* numbers (float32: below 1.2e-38), and training breeds
them: the moments that an optimizer keeps of a unit which is never active decay until rounding stops them just there.
On x86 two bits of the register MXCSR make them 0, as results (bit 15) and as operands (bit 6): Intel 64 and IA-32
architectures software developer's manual, volume 1, sections 10.2.3.3 and 10.2.3.4. On other processors they stay.
"""

from __future__ import annotations

import platform

_BITS = 1 << 15 | 1 << 6


def flushing() -> tuple[str, str, str]:
    """LLVM IR that switches them off, that puts back what was before, and what both have to be declared with."""
    if platform.machine().lower() not in ("x86_64", "amd64", "i386", "i686"):
        return "", "", ""
    before = (
        f"  %saved = alloca i32\n"
        f"  %used = alloca i32\n"
        f"  call void @llvm.x86.sse.stmxcsr(ptr %saved)\n"
        f"  %old = load i32, ptr %saved\n"
        f"  %new = or i32 %old, {_BITS}\n"
        f"  store i32 %new, ptr %used\n"
        f"  %wanted = icmp ne i32 %old, %new\n"
        f"  br i1 %wanted, label %set, label %run\n"
        f"set:\n"
        f"  call void @llvm.x86.sse.ldmxcsr(ptr %used)\n"
        f"  br label %run\n"
        f"run:\n"
    )
    after = (
        "  br i1 %wanted, label %reset, label %end\n"
        "reset:\n"
        "  call void @llvm.x86.sse.ldmxcsr(ptr %saved)\n"
        "  br label %end\n"
        "end:\n"
    )
    return before, after, "declare void @llvm.x86.sse.stmxcsr(ptr)\ndeclare void @llvm.x86.sse.ldmxcsr(ptr)\n"
