"""Shows wengert's arrays and variables in lldb, by reading memory alone: `command script import tools/lldb/wengert.py`,
or a line with this in ~/.lldbinit. It knows how libstdc++ stores what it reads."""

import math
import struct

import lldb

MOST_SHOWN = 24  # elements of an array in a line
MOST_BYTES = 1 << 20  # of a name or an element list; more is memory that was not initialised
UNREADABLE = "<not readable: not initialised yet, or gone>"
UNKNOWN = "<its type is not in the program: compile with -g -fstandalone-debug>"


def member(value, *names):
    for name in names:
        value = value.GetNonSyntheticValue().GetChildMemberWithName(name)
    return value


def read(value, address, size):
    error = lldb.SBError()
    data = value.GetProcess().ReadMemory(address, size, error) if size <= MOST_BYTES else None
    if data is None or error.Fail() or len(data) != size:
        raise ValueError("not readable")
    return data


def numbers(value, begin, count, code, size):
    return struct.unpack(f"<{count}{code}", read(value, begin, count * size)) if count else ()


def extents(shape):
    begin, end = member(shape, "m_begin").GetValueAsUnsigned(), member(shape, "m_end").GetValueAsUnsigned()
    if not 0 <= end - begin <= 8 * 32:
        raise ValueError("not initialised")
    return numbers(shape, begin, (end - begin) // 8, "Q", 8)


def shape_text(shape):
    return "(" + ", ".join(map(str, shape)) + (",)" if len(shape) == 1 else ")")


def nested(texts, shape):
    """[[1, 2], [3, 4]]"""
    if not shape:
        return texts[0] if texts else ""
    if len(shape) == 1:
        return "[" + ", ".join(texts) + "]"
    step = len(texts) // shape[0] if shape[0] else 0
    return "[" + ", ".join(nested(texts[k * step : (k + 1) * step], shape[1:]) for k in range(shape[0])) + "]"


def values(array):
    """All elements of a small array, the first ones of a large one."""
    shape = extents(member(array, "m_shape"))
    begin = member(array, "m_storage", "p_begin")
    size = begin.GetType().GetPointeeType().GetByteSize()
    first = begin.GetValueAsUnsigned()
    count = (member(array, "m_storage", "p_end").GetValueAsUnsigned() - first) // size
    if size not in (4, 8) or count != math.prod(shape):
        raise ValueError("not initialised")
    shown = [f"{x:.6g}" for x in numbers(array, first, min(count, MOST_SHOWN), "f" if size == 4 else "d", size)]
    if count > MOST_SHOWN:
        return "[" + ", ".join(shown) + f", ... {count - MOST_SHOWN} more]"
    return nested(shown, shape)


def array_text(array):
    return shape_text(extents(member(array, "m_shape"))) + " " + values(array)


def behind_unique(pointer):
    """What a std::unique_ptr points to, or None: nothing else is stored in it."""
    address = pointer.GetLoadAddress()
    target = struct.unpack("<Q", read(pointer, address, 8))[0]
    kind = pointer.GetNonSyntheticValue().GetType().GetCanonicalType().GetTemplateArgumentType(0)
    return pointer.CreateValueFromAddress("target", target, kind) if target else None


def string_text(text):
    begin = member(text, "_M_dataplus", "_M_p").GetValueAsUnsigned()
    length = member(text, "_M_string_length").GetValueAsUnsigned()
    return read(text, begin, length).decode("utf-8", "replace") if length else ""


def var_text(var):
    """`x (3,) parameter = [1, -0.5, 2], gradient = [0.1, 0, 0.3]`, as to_string(x) says it."""
    state = member(var, "state_", "_M_ptr")
    if not state.GetValueAsUnsigned():
        raise ValueError("not initialised")
    state = state.Dereference()
    is_parameter = member(state, "is_parameter").GetValueAsUnsigned()
    kind = "parameter" if is_parameter else "on a tape" if member(state, "tape").GetValueAsUnsigned() else "constant"
    name = behind_unique(member(state, "name"))
    content = member(state, "value")
    text = string_text(member(name, "text")) + " " if name is not None else ""
    text += f"{shape_text(extents(member(content, 'm_shape')))} {kind} = {values(content)}"
    gradient = behind_unique(member(state, "grad"))
    return text + (f", gradient = {values(gradient)}" if gradient is not None else "")


def in_a_line(write):
    """Memory that cannot be read, such as that of a variable before its line, says so; so does a type that clang++ left
    to the library, which was compiled without -g."""

    def summary(value, dictionary):
        if value.GetNonSyntheticValue().GetNumChildren() == 0:
            return UNKNOWN
        try:
            return write(value.GetNonSyntheticValue())
        except (ValueError, struct.error, UnicodeError):
            return UNREADABLE

    return summary


array_summary = in_a_line(array_text)
var_summary = in_a_line(var_text)


def __lldb_init_module(debugger, dictionary):
    for pattern, function in (("^wengert::Var<.*>$", "var_summary"), ("^xt::xarray_container<.+>$", "array_summary")):
        debugger.HandleCommand(f"type summary add -w wengert -x '{pattern}' --no-value -F {__name__}.{function}")
    debugger.HandleCommand("type category enable wengert")
