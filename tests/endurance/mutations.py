#!/usr/bin/env python3
"""Plants one fault at a time in the library and looks whether the tests that cover the place notice.

    mutations.py --clone FOLDER                    all faults of mutations.json, in a clone of this project
    mutations.py --clone FOLDER --sample 10 --seed 1

FOLDER is made by `git clone` and built for the release once if it is not there. For every fault the script builds what
it touches, runs the programs named beside it until one fails, and puts the old text back. A fault that is noticed is
killed; one that survives is a test that is missing, unless `equivalent` says why it changes nothing. With --record the
results are written into mutations.json, with the seconds that they took; .ci/run tries some that take few. Returns 1
if a fault survives that is not called equivalent.

A fault in a .cpp file costs the unit that holds it and the programs' links. One in a header would cost the whole
library: its entry names `sources` of the test program, which alone are compiled with it and linked with the library as
it is.
"""
import argparse
import contextlib
import json
import os
import pathlib
import random
import shlex
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
LONGEST = 300  # seconds that a test may take: longer counts as noticed


class Clone:
    def __init__(self, folder):
        self.source = pathlib.Path(folder).resolve()
        self.build = self.source / "build" / "release"
        if not self.source.exists():
            subprocess.run(["git", "clone", "-q", HERE.parent.parent, self.source], check=True)
        if not (self.build / "build.ninja").exists():
            subprocess.run(["cmake", "--preset", "release"], cwd=self.source, check=True, stdout=subprocess.DEVNULL)

    def make(self, programs):
        return subprocess.run(["ninja", "-j1", *sorted(programs)], cwd=self.build, capture_output=True, text=True)

    def program(self, name):
        for folder in ("tests", "tests/endurance"):
            if (self.build / folder / name).exists():
                return self.build / folder / name
        sys.exit(f"there is no program {name}")

    def unit_of(self, file):
        """What a compiler is given: the file itself, or one that includes it with others of its folder."""
        for compiled in self.build.glob("*/CMakeFiles/*.dir/Unity/*.cxx.o"):
            unit = compiled.with_suffix("")
            if f'"{self.source / file}"' in unit.read_text():
                return unit
        return self.source / file

    def object_of(self, file):
        unit = self.unit_of(file)
        if unit.suffix == ".cxx":
            return unit.with_name(unit.name + ".o")
        return next(iter(self.build.glob(f"*/CMakeFiles/*.dir/{file.split('/', 1)[1]}.o")))


@contextlib.contextmanager
def planted(clone, entry):
    """The fault is there inside, and afterwards source and object are as they were, without another compilation."""
    source = clone.source / entry["file"]
    text, times = source.read_text(), source.stat()
    if text.count(entry["old"]) != 1:
        sys.exit(f"{entry['file']} has {text.count(entry['old'])} times\n{entry['old']}")
    is_header = "sources" in entry
    compiled = None if is_header else clone.object_of(entry["file"])
    kept = None if is_header else compiled.read_bytes()
    source.write_text(text.replace(entry["old"], entry["new"]))
    try:
        yield
    finally:
        source.write_text(text)
        os.utime(source, ns=(times.st_atime_ns, times.st_mtime_ns))
        if not is_header:
            compiled.write_bytes(kept)  # newer than the library that holds the other one


def compile_and_link(clone, entry, program, folder):
    """The program with its `sources` compiled anew, in a folder of its own; None if they do not compile."""
    commands = {c["file"]: c["command"] for c in json.loads((clone.build / "compile_commands.json").read_text())}
    link = subprocess.run(["ninja", "-t", "commands", program], cwd=clone.build, capture_output=True, text=True)
    words = shlex.split(link.stdout.strip().split("\n")[-1].split("&&")[1])
    words[words.index("-o") + 1] = f"{folder}/{program}"
    words = [word for word in words if f"/{program}.dir/Unity/" not in word]  # other tests, which are not run
    for source in entry["sources"]:
        unit = str(clone.unit_of(source))
        command = [str(clone.source / source) if word == unit else word for word in shlex.split(commands[unit])]
        if "-include" in command:  # the precompiled header has the old text
            at = command.index("-include")
            del command[at:at + 2]
        old, new = command[command.index("-o") + 1], f"{folder}/{pathlib.Path(source).name}.o"
        command[command.index("-o") + 1] = new
        command.append("-Wno-error")
        if subprocess.run(command, cwd=clone.build, capture_output=True).returncode != 0:
            return None
        if old in words:
            words[words.index(old)] = new
        else:
            words.insert(words.index("-o"), new)
    subprocess.run(words, cwd=clone.build, check=True, capture_output=True)
    return f"{folder}/{program}"


def notices(command):
    environment = dict(os.environ, OPENBLAS_NUM_THREADS="1")
    try:
        return subprocess.run(command, capture_output=True, timeout=LONGEST, env=environment).returncode != 0
    except subprocess.TimeoutExpired:
        return True


def judge(clone, entry):
    """killed, survived, or does not compile; and by which test."""
    tests = [shlex.split(test) for test in entry["tests"]]
    with planted(clone, entry), tempfile.TemporaryDirectory() as folder:
        if "sources" in entry:
            program = compile_and_link(clone, entry, tests[0][0], folder)
            if program is None:
                return "does not compile", ""
            tests[0][0] = program
        else:
            made = clone.make({words[0] for words in tests})
            if made.returncode != 0:
                print(made.stdout[-2000:])
                return "does not compile", ""
            for words in tests:
                words[0] = str(clone.program(words[0]))
        for words, test in zip(tests, entry["tests"]):
            if notices(words):
                return "killed", test
    return "survived", ""


def chosen(entries, arguments):
    entries = [e for e in entries if arguments.only in e["file"] and not (arguments.open and "result" in e)]
    if arguments.within is not None:
        entries = [e for e in entries if e.get("seconds", arguments.within + 1) <= arguments.within]
    if arguments.sample:
        random.Random(arguments.seed).shuffle(entries)
        entries = entries[:arguments.sample]
    return entries


def misplaced(entries):
    """What is wrong with the list: places that are not in the sources of this folder, or are there more than once."""
    root = HERE.parent.parent
    counts = [(entry, (root / entry["file"]).read_text().count(entry["old"])) for entry in entries]
    return [f"{entry['file']} has {count} times\n{entry['old']}" for entry, count in counts if count != 1]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended; the source is as it was"))  # and not the planted fault
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--clone", help="in which they are planted; without it the list is checked, and that is all")
    parser.add_argument("--list", type=pathlib.Path, default=HERE / "mutations.json")
    parser.add_argument("--only", default="", help="a part of the names of the files")
    parser.add_argument("--open", action="store_true", help="those without a result")
    parser.add_argument("--within", type=int, help="those that took at most so many seconds when they were recorded")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--seed", type=lambda text: int(text, 0), default=1)
    parser.add_argument("--record", action="store_true")
    arguments = parser.parse_args()
    entries = json.loads(arguments.list.read_text())
    if arguments.clone is None:
        sys.exit("\n".join(misplaced(entries)) or None)
    to_try = chosen(entries, arguments)
    if not to_try:
        sys.exit("there is no such fault")
    clone = Clone(arguments.clone)
    counts = {}
    for entry in to_try:
        begin = time.monotonic()
        result, by = judge(clone, entry)
        if result == "survived" and "equivalent" in entry:
            result = "equivalent"
        counts[result] = counts.get(result, 0) + 1
        entry["result"] = result
        entry["seconds"] = round(time.monotonic() - begin)
        place = entry["old"].strip()[:90]
        print(f"{result} in {entry['seconds']} s: {entry['file']}: {place!r} {by}", flush=True)
        if arguments.record:
            arguments.list.write_text(json.dumps(entries, indent=1, ensure_ascii=False) + "\n")
    print(", ".join(f"{count} {result}" for result, count in sorted(counts.items())))
    return 1 if counts.get("survived") or counts.get("does not compile") else 0


if __name__ == "__main__":
    sys.exit(main())
