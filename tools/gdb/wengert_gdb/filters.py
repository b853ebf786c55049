"""`step` goes into wengert's functions and yours, and past those of the libraries that both use."""

import gdb

NAMESPACES = ("std", "__gnu_cxx", "xt", "xtl", "xsimd", "fmt", "__gnu_debug")


def register():
    known = gdb.execute("info skip", to_string=True)
    for namespace in NAMESPACES:
        pattern = f"^{namespace}::"
        if pattern not in known:
            gdb.execute(f"skip -rfu {pattern}", to_string=True)
