"""Shows wengert's variables, tapes and formulas in gdb: `source tools/gdb/wengert.py`, or see docs/tutorials/09."""

import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import wengert_gdb  # noqa: E402,F401
