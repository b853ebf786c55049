"""`step` goes into wengert's functions and yours, and past those of the libraries that both use, and past what tells a
function the line that calls it."""

import gdb

NAMESPACES = ("std", "__gnu_cxx", "xt", "xtl", "xsimd", "fmt", "__gnu_debug")
SKIPPED = tuple(f"^{namespace}::" for namespace in NAMESPACES) + ("^wengert::SourceLine::",)


def register():
    known = gdb.execute("info skip", to_string=True)
    for pattern in SKIPPED:
        if pattern not in known:
            gdb.execute(f"skip -rfu {pattern}", to_string=True)
