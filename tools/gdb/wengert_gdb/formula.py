"""A Symbol as text, from its nodes: much as autograd/explain/notation/text.cpp writes it, with numbers and what a call
is told in their plain form."""

from wengert_gdb import memory, text

NUMBER, NAME, NEGATE, ADD, SUBTRACT, MULTIPLY, DIVIDE, COMPARE, CALL = range(9)
SIGNS = {ADD: " + ", SUBTRACT: " - ", MULTIPLY: " · ", DIVIDE: " / "}
COMPARISON, SUM, NEGATION, PRODUCT, POWER, ATOM = range(6)
BINDINGS = {COMPARE: COMPARISON, ADD: SUM, SUBTRACT: SUM, NEGATE: NEGATION, MULTIPLY: PRODUCT, DIVIDE: PRODUCT}
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
DEEPEST = 60  # parts within each other; a formula in memory that was not initialised has no end


def whole_power(node):
    """The exponent of x², or None."""
    if int(node["kind"]) != CALL or memory.string(node["name"]) != "pow":
        return None
    exponent = memory.shared(memory.vector(node["operands"])[1]["node_"])
    is_whole = int(exponent["kind"]) == NUMBER and float(exponent["value"]).is_integer()
    return int(float(exponent["value"])) if is_whole else None


def binding(node):
    kind = int(node["kind"])
    if kind == NUMBER:
        return NEGATION if float(node["value"]) < 0 else ATOM
    if kind == CALL:
        return POWER if whole_power(node) is not None else ATOM
    if kind == NAME:
        return POWER if memory.string(node["name"]).endswith(("²", "³")) else ATOM
    return BINDINGS[kind]


def operand(node, least, depth):
    inside = node_text(node, depth)
    return f"({inside})" if binding(node) < least else inside


def call(node, operands, depth):
    name = memory.string(node["name"])
    exponent = whole_power(node)
    if exponent is not None:
        return operand(operands[0], ATOM, depth) + str(exponent).translate(RAISED)
    if name == "transpose" and len(operands) == 1:
        return operand(operands[0], ATOM, depth) + "ᵀ"
    arguments = ", ".join(node_text(x, depth) for x in operands)
    return f"{name}{text.attributes(node['attributes'])}({arguments})"


def node_text(node, depth=0):
    if depth > DEEPEST:
        return "..."
    kind = int(node["kind"])
    if kind == NUMBER:
        return f"{float(node['value']):.16g}"
    if kind == NAME:
        return memory.string(node["name"])
    operands = [memory.shared(x["node_"]) for x in memory.vector(node["operands"])]
    if kind == NEGATE:
        return "-" + operand(operands[0], PRODUCT, depth + 1)
    if kind == CALL:
        return call(node, operands, depth + 1)
    sign = SIGNS.get(kind) or f" {memory.string(node['name'])} "
    left = NEGATION if kind in (MULTIPLY, DIVIDE) else SUM
    right = {SUBTRACT: NEGATION, MULTIPLY: PRODUCT, DIVIDE: POWER}.get(kind, SUM)
    return operand(operands[0], left, depth + 1) + sign + operand(operands[1], right, depth + 1)


def symbol(value):
    node = memory.shared(value["node_"])
    return node_text(node) if node is not None else text.UNREADABLE
