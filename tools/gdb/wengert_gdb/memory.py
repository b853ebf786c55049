"""Reads what the standard library and xtensor store, without calling anything in the program."""

import gdb

MOST_ELEMENTS = 1 << 40  # more are no array but memory that was not initialised


def base_name(value_type):
    """wengert::Var for wengert::Var<double> and for references to it."""
    if value_type.code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value_type = value_type.target()
    name = str(value_type.strip_typedefs().unqualified())
    return name.split("<", 1)[0]


def plain(value):
    """The object behind a reference or a pointer."""
    if value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF):
        value = value.referenced_value()
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_PTR:
        value = value.dereference()
    return value


def at(address, value_type):
    return address.cast(value_type.pointer()).dereference()


def member(pointer, name):
    """A member behind a pointer to a class with virtual functions: gdb would look for the class that it really is, and
    complain of those that have no name of their own."""
    for field in pointer.type.target().strip_typedefs().fields():
        if field.name == name:
            return at(gdb.Value(int(pointer) + field.bitpos // 8), field.type)
    raise gdb.error(f"{pointer.type.target()} has no member {name}")


def string(value):
    """std::string, or std::string_view."""
    if base_name(value.type).endswith("basic_string_view"):
        return value["_M_str"].string("utf-8", "replace", int(value["_M_len"]))
    return value["_M_dataplus"]["_M_p"].string("utf-8", "replace", int(value["_M_string_length"]))


def unique_pointer(value):
    """The pointer that a std::unique_ptr is: nothing else is stored."""
    return at(value.address, value.type.strip_typedefs().template_argument(0).pointer())


def unique(value):
    """What a std::unique_ptr points to, or None."""
    pointer = unique_pointer(value)
    return pointer.dereference() if int(pointer) else None


def shared(value):
    """What a std::shared_ptr points to, or None."""
    pointer = value["_M_ptr"]
    return pointer.dereference() if int(pointer) else None


def optional(value):
    """What a std::optional holds, or None."""
    payload = value["_M_payload"]
    return payload["_M_payload"]["_M_value"] if bool(payload["_M_engaged"]) else None


def span(begin, end):
    """The elements between two pointers."""
    count = int(end - begin)
    if not 0 <= count < MOST_ELEMENTS:
        raise gdb.MemoryError("not initialised")
    return (begin[k] for k in range(count))


def vector(value):
    return list(span(value["_M_impl"]["_M_start"], value["_M_impl"]["_M_finish"]))


def deque(value):
    """The elements of a std::deque: parts of blocks, which an array of pointers lists."""
    first, last = value["_M_impl"]["_M_start"], value["_M_impl"]["_M_finish"]
    node = first["_M_node"]
    element, end = first["_M_cur"], first["_M_last"]
    length = int(first["_M_last"] - first["_M_first"])
    while int(element) != int(last["_M_cur"]):
        yield element.dereference()
        element = element + 1
        if int(element) == int(end):
            node = node + 1
            element = node.dereference()
            end = element + length


def alternative(variant):
    """What a std::variant holds: it is stored at the beginning."""
    index = int(variant["_M_index"])
    value_type = variant.type.strip_typedefs().template_argument(index)
    return at(variant.address, value_type)


def extents(shape):
    """The shape of an array as numbers."""
    return [int(extent) for extent in span(shape["m_begin"], shape["m_end"])]


def elements(array):
    """The first and last place behind the elements of an array."""
    storage = array["m_storage"]
    return storage["p_begin"], storage["p_end"]
