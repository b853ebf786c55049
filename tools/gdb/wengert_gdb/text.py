"""How arrays, variables and entries are written in a line, as the library's own prints write them."""

import gdb

from wengert_gdb import memory

MOST_SHOWN = 24  # elements of an array in a line

UNREADABLE = "<not readable: not initialised yet, or gone>"


def number(value):
    return f"{float(value):.6g}"


def shape(extents):
    return "(" + ", ".join(map(str, extents)) + (",)" if len(extents) == 1 else ")")


def nested(numbers, extents):
    """[[1, 2], [3, 4]]"""
    if not extents:
        return numbers[0] if numbers else ""
    if len(extents) == 1:
        return "[" + ", ".join(numbers) + "]"
    step = len(numbers) // extents[0] if extents[0] else 0
    parts = (nested(numbers[k * step : (k + 1) * step], extents[1:]) for k in range(extents[0]))
    return "[" + ", ".join(parts) + "]"


def values(array):
    """All elements of a small array, the first ones of a large one."""
    extents = memory.extents(array["m_shape"])
    begin, end = memory.elements(array)
    count = int(end - begin)
    if not 0 <= count < memory.MOST_ELEMENTS:
        return UNREADABLE
    shown = [number(begin[k]) for k in range(min(count, MOST_SHOWN))]
    if count > MOST_SHOWN:
        return "[" + ", ".join(shown) + f", ... {count - MOST_SHOWN} more]"
    return nested(shown, extents)


def array(value):
    return shape(memory.extents(value["m_shape"])) + " " + values(value)


def name_of(var):
    name = memory.unique(memory.shared(var["state_"])["name"])
    return memory.string(name["text"]) if name is not None else ""


def var(value):
    """`x (3,) parameter = [1, -0.5, 2], gradient = [0.1, 0, 0.3]`, as to_string(x) says it."""
    state = memory.shared(value["state_"])
    if state is None:
        return UNREADABLE
    kind = "parameter" if bool(state["is_parameter"]) else "on a tape" if int(state["tape"]) else "constant"
    name = name_of(value)
    content = state["value"]
    text = f"{name} " if name else ""
    text += f"{shape(memory.extents(content['m_shape']))} {kind} = {values(content)}"
    gradient = memory.unique(state["grad"])
    return text + (f", gradient = {values(gradient)}" if gradient is not None else "")


def attribute(value):
    """{0, 2}, (8, 3), 0.5, keep."""
    name = memory.base_name(value.type)
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_BOOL:
        return "true" if bool(value) else "false"
    if name == "std::vector":
        return ", ".join(str(int(x)) for x in memory.vector(value))
    if name == "xt::svector":
        return shape(memory.extents(value))
    if name == "std::shared_ptr":
        return "places"
    if name.endswith("basic_string"):
        return memory.string(value)
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_FLT:
        return number(value)
    return str(int(value))


def attributes(told):
    """`{0, keep}` behind the name of an operation; nothing if it is told nothing."""
    parts = []
    for named in memory.vector(told):
        name = memory.string(named["name"])
        value = attribute(memory.alternative(named["value"]))
        if name == "keep_dims":
            parts += ["keep"] if value == "true" else []
        elif name in ("axes", "axis", "indices", "labels", "places", "shape"):
            parts.append(value)
        else:
            parts.append(f"{name}={value}")
    return "{" + ", ".join(parts) + "}" if parts else ""


def slot_name(entries, slot):
    """The name of what is in a slot; v3 where slot 3 has none."""
    return name_of(entries[slot]["output"]) or f"v{slot}"


def operand_name(operand, entries):
    slot = int(operand["slot"])
    if slot == 0xFFFFFFFF:
        state = memory.shared(operand["var"]["state_"])
        name = name_of(operand["var"])
        if name or memory.extents(state["value"]["m_shape"]):
            return name or "constant"
        return values(state["value"])
    return slot_name(entries, slot) if entries is not None else name_of(operand["var"]) or f"v{slot}"


def computation(entry, entries=None):
    """`matmul(y, w)`, or what a leaf is."""
    operation = memory.unique_pointer(entry["operation"])
    if not int(operation):
        is_parameter = bool(memory.shared(entry["output"]["state_"])["is_parameter"])
        return "parameter" if is_parameter else "recorded by an outer tape"
    operands = ", ".join(operand_name(operand, entries) for operand in memory.vector(entry["operands"]))
    name = memory.string(memory.member(operation, "name_"))
    return name + attributes(memory.member(operation, "attributes_")) + f"({operands})"


def entry_line(entries, slot):
    entry = entries[slot]
    content = memory.shared(entry["output"]["state_"])["value"]
    extents = shape(memory.extents(content["m_shape"]))
    return f"{slot:3} {slot_name(entries, slot):8} {extents:10} {computation(entry, entries)}"
