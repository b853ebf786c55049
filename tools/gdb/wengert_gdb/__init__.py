"""Printers, commands and step filters. All of them only read memory, and work on core files too."""

from wengert_gdb import commands, filters, printers

printers.register()
commands.register()
filters.register()
