#!/usr/bin/env python3
"""Kills a training that saves after every batch, at random moments, and looks at what it leaves.

    kills.py --program build/release/tests/endurance/train_and_save --kills 1000

After each kill a fresh process loads the file. It must hold the last training that was saved, or the one whose saving
had begun, with exactly its numbers; the next training goes on from there. In the end the numbers must be those of a
training of as many steps that nothing has stopped. Trainings have one thread and two in turn.
"""
import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile
import time

BATCHES = 4  # of an epoch


def told_lines(text):
    """(word, step, numbers) of each complete line."""
    lines = [line.split() for line in text.split("\n")[:-1]]
    return [(words[0], int(words[1]), words[2]) for words in lines if len(words) == 3]


def output_of(program, *arguments):
    """What the program says of a training; None and why if it fails."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True)
    lines = told_lines(done.stdout)
    return (lines[-1][1:], "") if done.returncode == 0 and lines else (None, done.stderr.strip())


def train_and_kill(program, file, threads, moments):
    """Waits for some lines and then for some milliseconds, so that a busy machine kills at the same places."""
    training = subprocess.Popen([program, "train", file, str(threads)], stdout=subprocess.PIPE, text=True)
    if training.stdout.readline() != "ready\n":
        sys.exit(f"the training did not begin; it ended with {training.wait()}")
    text = "".join(training.stdout.readline() for _ in range(moments.randrange(8)))
    time.sleep(moments.uniform(0, 0.02))
    training.kill()  # SIGKILL
    text += training.stdout.read()
    training.wait()
    return told_lines(text)


def kill_once(program, file, threads, moments, last, counts):
    """The step and the numbers that the file holds after a kill; `last` are those before."""
    beginning = None
    for word, step, numbers in train_and_kill(program, file, threads, moments):
        if word == "saved":
            last, beginning = (step, numbers), None
            counts["saves"] += 1
        else:
            beginning = (step, numbers)
    counts["during a save"] += beginning is not None
    counts["with a .partial left"] += os.path.exists(file + ".partial")
    if last is None and not os.path.exists(file):
        return None  # killed before anything was saved
    found, why = output_of(program, "load", file)
    if found is None:
        counts["lost" if not os.path.exists(file) else "torn"] += 1
        sys.exit(f"after kill {counts['kills']}: {why}")
    if found not in (last, beginning):
        counts["lost" if found[0] < last[0] else "torn"] += 1
        sys.exit(f"after kill {counts['kills']}: the file has {found}; expected {last} or {beginning}")
    counts["between epochs" if found[0] % BATCHES == 0 else "inside an epoch"] += 1
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", required=True)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()

    moments = random.Random(arguments.seed)
    counts = collections.Counter()
    last = None
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "run.safetensors")
        for kill in range(arguments.kills):
            counts["kills"] = kill + 1
            last = kill_once(arguments.program, file, 1 + kill % 2, moments, last, counts)
            left = set(os.listdir(folder)) - {"run.safetensors", "run.safetensors.partial"}
            if left:
                sys.exit(f"after kill {kill + 1}: {sorted(left)} are left over")
        step = last[0] if last else 0
        straight, why = output_of(arguments.program, "straight", str(step), "2")
        if last and straight != last:
            sys.exit(f"after {step} steps a training that nothing stopped has {straight} {why}; this one has {last}")
    print(f"{arguments.kills} kills, seed {arguments.seed}: {counts['lost']} lost, {counts['torn']} torn; "
          f"{counts['during a save']} during a save, {counts['with a .partial left']} left a .partial; found "
          f"{counts['inside an epoch']} times inside an epoch and {counts['between epochs']} times between epochs; "
          f"{counts['saves']} saves; after {step} steps equal to a training that nothing stopped")


if __name__ == "__main__":
    main()
