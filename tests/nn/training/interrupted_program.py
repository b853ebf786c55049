"""Ctrl-C in a program that trains: it says so, writes what is complete, and ends with status 130.

    interrupted_program.py FOLDER EPOCH_LINE PROGRAM ARGUMENT...

The signal comes once a line of the output begins with EPOCH_LINE, say "epoch  2". The program gets --out FOLDER.
"""

import pathlib
import shutil
import signal
import subprocess
import sys

folder, epoch_line, *command = sys.argv[1:]
shutil.rmtree(folder, ignore_errors=True)
program = subprocess.Popen(
    [*command, "--out", folder],
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    text=True,
    preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
)
output = ""
for line in program.stdout:
    output += line
    if line.startswith(epoch_line):
        break
program.send_signal(signal.SIGINT)
rest, errors = program.communicate(timeout=100)
output += rest

problems = []
if program.returncode != 130:
    problems.append(f"the status is {program.returncode}, not 130")
if "Interrupted" not in errors:
    problems.append("it does not say that it was interrupted")
if "terminate called" in errors:
    problems.append("it ended in terminate")
if "Written:" not in output:
    problems.append("it does not say what it has written")
page = pathlib.Path(folder, "report.html")
if not page.exists() or "The run was interrupted" not in page.read_text():
    problems.append("there is no report that says that it is not complete")
histories = list(pathlib.Path(folder).glob("history*.csv"))
if not histories:
    problems.append("there is no history of the complete epochs")
for history in histories:
    if len(history.read_text().splitlines()) < 2:
        problems.append(f"{history} has no epoch")
if problems:
    sys.exit("\n".join([*problems, output, errors]))
