"""Runs in gdb: does what session.gdb says, and compares what gdb writes with a file, but for what differs between
machines: addresses, paths, threads, the types of the registers."""

import itertools
import os
import re

import gdb

ROOT = os.environ["ROOT"]
EXPECTED = ROOT + "/examples/expected/09_session.txt"

NOISE = re.compile(r"\[|Using host|warning|(Temporary b|B)reakpoint \d+(\.\d+)? at |$|Run till exit")
SHORTER = (
    (re.escape(ROOT) + "/", ""),
    (r"^#0 +(0x\w+ in )?", ""),
    (r"operator\(\) ?<.*> \(__closure=\w+, ", "normalise("),
    (r"0x[0-9a-f]+", "0x..."),
    (r"(autograd/[a-z_/]+\.[ch]pp):\d+$", r"\1"),
)


def shortened(output):
    text = ""
    in_library = False
    for line in output.splitlines():
        if NOISE.match(line) or (in_library and re.match(r"\d+\t", line)):
            continue
        for pattern, by in SHORTER:
            line = re.sub(pattern, by, line)
        in_library = " at autograd/" in line
        text += line.rstrip().replace("\t", "  ") + "\n"
    return text


GOES_ON = ("run", "continue", "step", "next", "finish")


def output_of(command):
    """What gdb says; where the program has stopped, it says past this script."""
    output = gdb.execute(command, to_string=True)
    return gdb.execute("frame", to_string=True) if command in GOES_ON else output


def transcript():
    text = ""
    with open(ROOT + "/tests/debugger/session.gdb", encoding="utf-8") as commands:
        for command in commands.read().splitlines():
            text += f"(gdb) {command}\n" + shortened(output_of(command))
    return text


def replay():
    got = transcript()
    if "WRITE" in os.environ:
        with open(EXPECTED, "w", encoding="utf-8") as file:
            file.write(got)
        return True
    with open(EXPECTED, encoding="utf-8") as file:
        expected = file.read()
    lines = itertools.zip_longest(got.splitlines(), expected.splitlines(), fillvalue="(nothing more)")
    for number, (a, b) in enumerate(lines, 1):
        if a != b:
            print(f"line {number} of {EXPECTED} differs\n  expected: {b}\n  actual:   {a}")
            return False
    return True


if replay():
    print("the session is as written")
gdb.execute("kill")
