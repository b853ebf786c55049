"""The commands `tape`, `adjoint` and `rule`. They look for the tape and the pass in the frames of the stack."""

import gdb

from wengert_gdb import memory, printers, text


def frames():
    frame = gdb.selected_frame()
    while frame is not None:
        yield frame
        frame = frame.older()


def variables(frame):
    """The names and values of the local variables and arguments of a frame that its line has come to."""
    try:
        block = frame.block()
    except RuntimeError:
        return
    line = frame.find_sal().line
    while block is not None and not block.is_global:
        for symbol in block:
            if symbol.is_argument or (symbol.is_variable and symbol.line < line):
                try:
                    yield symbol.name, memory.plain(symbol.value(frame))
                except (gdb.error, RuntimeError):
                    pass
        if block.function is not None:
            return
        block = block.superblock


def found(kind, name=None):
    """The first object of a class, and of a name if that is given, in the selected frame or in one that called it."""
    for frame in frames():
        for own_name, value in variables(frame):
            if memory.base_name(value.type) == kind and name in (None, own_name):
                return value
    return None


def running_pass():
    return found("wengert::BackwardPass")


def tape_here(expression=""):
    if expression:
        return memory.plain(gdb.parse_and_eval(expression))
    backward = running_pass()
    tape = backward["tape_"].dereference() if backward is not None else found("wengert::Tape")
    if tape is None:
        raise gdb.GdbError("no tape is in scope in the frames of the stack; say where it is: tape EXPRESSION")
    return tape


def slots_called(entries, name):
    slots = [slot for slot in range(len(entries)) if text.slot_name(entries, slot) == name]
    if not slots:
        known = ", ".join(text.slot_name(entries, slot) for slot in range(len(entries)))
        raise gdb.GdbError(f"nothing on the tape is called '{name}'; there are {known}")
    return slots


class TapeCommand(gdb.Command):
    """tape [EXPRESSION]: what the tape has recorded, entry by entry; the one that runs backwards, or is in scope."""

    def __init__(self):
        super().__init__("tape", gdb.COMMAND_DATA, gdb.COMPLETE_EXPRESSION)

    def invoke(self, argument, from_tty):
        tape = tape_here(argument)
        entries = list(memory.deque(tape["entries_"]))
        print(printers.tape(tape))
        for slot in range(len(entries)):
            print(text.entry_line(entries, slot))


class AdjointCommand(gdb.Command):
    """adjoint NAME: what has reached the adjoint of a variable in the pass that is running, or its gradient."""

    def __init__(self):
        super().__init__("adjoint", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        backward = running_pass()
        entries = list(memory.deque(tape_here()["entries_"]))
        for slot in slots_called(entries, argument.strip()):
            print(f"d{argument.strip()} = {self.adjoint(backward, entries, slot)}")

    @staticmethod
    def adjoint(backward, entries, slot):
        if backward is not None:
            adjoints = memory.vector(backward["adjoints_"])
            held = memory.optional(adjoints[slot]) if slot < len(adjoints) else None
            if held is None and slot == int(backward["walk_"]["slot_"]):
                held = found("wengert::Var", "g")  # of the step itself, which takes it out of the list
            if held is not None:
                return text.array(memory.shared(held["state_"])["value"])
        gradient = memory.unique(memory.shared(entries[slot]["output"]["state_"])["grad"])
        if gradient is not None:
            return text.array(gradient) + ", its gradient"
        return "nothing yet, or not kept"


class RuleBreakpoint(gdb.Breakpoint):
    """Stops before the rule of an operation runs."""

    def __init__(self, operation):
        super().__init__("wengert::stop::rule", internal=False)
        self.operation = operation

    def stop(self):
        name = gdb.selected_frame().read_var("name")
        return not self.operation or name.string("utf-8", "replace") == self.operation


class RuleCommand(gdb.Command):
    """rule NAME: stop before the rule of an operation runs, such as matmul.
    rule: the rule that is about to run, with all that it reads."""

    def __init__(self):
        super().__init__("rule", gdb.COMMAND_BREAKPOINTS)

    def invoke(self, argument, from_tty):
        if argument.strip():
            RuleBreakpoint(argument.strip())
            return
        backward = running_pass()
        if backward is None:
            raise gdb.GdbError("no backward pass is running; rule NAME stops before the rule of an operation")
        entries = list(memory.deque(backward["tape_"]["entries_"]))
        self.show(entries, int(backward["walk_"]["slot_"]))

    @staticmethod
    def show(entries, slot):
        print(text.entry_line(entries, slot))
        cotangent = found("wengert::Var", "g")
        if cotangent is not None:
            print(f"    d{text.slot_name(entries, slot)} = {text.array(memory.shared(cotangent['state_'])['value'])}")
        for operand in memory.vector(entries[slot]["operands"]):
            value = memory.shared(operand["var"]["state_"])["value"]
            print(f"    {text.operand_name(operand, entries)} = {text.array(value)}")


def register():
    TapeCommand()
    AdjointCommand()
    RuleCommand()
