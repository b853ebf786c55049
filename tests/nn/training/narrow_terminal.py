"""Runs a program in a terminal of so many columns and checks that no line is wider, and that a bar is drawn in place.

    python3 narrow_terminal.py COLUMNS PROGRAM [ARGUMENT]...
"""

import fcntl
import os
import pty
import re
import struct
import sys
import termios
import unicodedata


def width(text):
    return sum(0 if unicodedata.combining(c) else 1 for c in re.sub(r"\x1b\[[0-9;]*m", "", text))


def output_in_terminal(columns, command):
    pid, terminal = pty.fork()
    if pid == 0:
        fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        os.environ.pop("COLUMNS", None)
        os.environ["TERM"] = "xterm-256color"
        os.execv(command[0], command)
    output = b""
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:  # Linux says so when the program has ended
            break
        if not piece:
            break
        output += piece
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status, output.decode()


columns, command = int(sys.argv[1]), sys.argv[2:]
status, output = output_in_terminal(columns, command)
lines = output.replace("\r\n", "\n").split("\n")
drawings = [drawing for line in lines for drawing in line.split("\r")]
# A word alone, such as the name of a file, may be wider.
too_wide = [drawing for drawing in drawings if width(drawing) > columns and " " in drawing.strip()]
bars = sum("/step" in line for line in lines)
redrawn = sum("/step" in drawing for drawing in drawings)
print(f"{len(lines)} lines in {columns} columns, {redrawn} drawings of a bar in {bars} lines")
if status != 0:
    sys.exit(f"the program ended with {status}:\n{output}")
if too_wide:
    sys.exit("wider than the terminal:\n" + "\n".join(too_wide))
epochs = output.count("Epoch ")
if bars > epochs:
    sys.exit(f"{bars} lines hold a bar, but there were {epochs} epochs")
