"""What `print`, `info locals`, `finish` and the windows of editors show; `print /r` shows the members."""

import gdb
import gdb.printing

from wengert_gdb import formula, memory, text


def lane(value):
    """The elements of a SIMD register."""
    element = value.type.strip_typedefs().template_argument(0)
    data = value["batch"]["data"]
    count = value["batch"].type.sizeof // element.sizeof
    vector = data.cast(element.vector(count - 1))
    return "[" + ", ".join(text.number(vector[k]) for k in range(count)) + "]"


def dual(value):
    """A value and its derivative: value + tangent e, where e² = 0."""
    return f"{factor(value['value'])} + {factor(value['tangent'])} e"


def factor(value):
    kind = memory.base_name(value.type)
    line = LINES[kind](value) if kind in LINES else str(value)
    return f"({line})" if kind == "wengert::Symbol" and " " in line else line


def operand(value):
    return text.operand_name(value, None)


def entry(value):
    return f"{text.name_of(value['output']) or 'unnamed'} = {text.computation(value)}"


def tape(value):
    return f"tape {int(value['id_'])} with {len(list(memory.deque(value['entries_'])))} entries"


def constant(value):
    return f"{memory.string(value['name'])} = {text.number(value['value'])}"


def target(value):
    """Where a contribution to the adjoint of an operand goes."""
    name = text.name_of(value["operand_"].dereference()) or "an operand without a name"
    if not int(value["adjoint_"]):
        return f"{name} wants no contribution"
    held = memory.optional(value["adjoint_"].dereference())
    return f"{name}, so far " + (text.array(memory.shared(held["state_"])["value"]) if held is not None else "nothing")


LINES = {
    "wengert::Var": text.var,
    "wengert::Lane": lane,
    "wengert::Dual": dual,
    "wengert::Symbol": formula.symbol,
    "wengert::Operand": operand,
    "wengert::Entry": entry,
    "wengert::Tape": tape,
    "wengert::Target": target,
    "wengert::Constant": constant,
    "xt::xarray_container": text.array,
    "xt::svector": lambda value: text.shape(memory.extents(value)),
}


class Line:
    """A value in a line. Memory that cannot be read, such as that of a variable before its line, says so."""

    def __init__(self, value, write):
        self.value = value
        self.write = write

    def to_string(self):
        try:
            return self.write(self.value)
        except (gdb.error, RuntimeError, ValueError, OverflowError):
            return text.UNREADABLE


class Lines(Line):
    """A tape, whose entries are below it."""

    def children(self):
        try:
            entries = list(memory.deque(self.value["entries_"]))
            for slot, entry_ in enumerate(entries):
                yield text.slot_name(entries, slot), text.computation(entry_, entries)
        except (gdb.error, RuntimeError, ValueError, OverflowError):
            return


class Printers(gdb.printing.PrettyPrinter):
    def __init__(self):
        super().__init__("wengert")

    def __call__(self, value):
        name = memory.base_name(value.type)
        if name == "wengert::Tape":
            return Lines(value, tape)
        return Line(value, LINES[name]) if name in LINES else None


def register():
    gdb.printing.register_pretty_printer(None, Printers(), replace=True)
