#!/bin/sh
# What `./run` makes of words, without executing anything. usage: run_words_test.sh PROJECT
set -eu
project=$1

fail() {
  printf '%s\n' "$@" >&2
  exit 1
}

# run_says STATUS TEXT WORDS...
run_says() {
  expected=$1 text=$2 status=0
  shift 2
  output=$("${run:-$project/run}" --dry-run --no-install "$@" 2>&1) || status=$?
  [ "$status" -eq "$expected" ] || fail "./run $* ended with $status, not $expected:" "$output"
  case $output in *"$text"*) ;; *) fail "./run $* does not say '$text':" "$output" ;; esac
}

run_says 0 '--target 05_train_as_in_keras' train_as_in_keras
run_says 0 '--target demo' demo
for word in help --help -h; do run_says 0 'usage: ./run' "$word"; done
for word in step debug exercise; do run_says 0 'usage: ./run' "$word" --help; done
run_says 1 './run --help' tests
run_says 0 '--target exercise_linear' exercise linear/
run_says 0 'examples/07_step_through_batch_norm --step' step step_through_batch_norm
for word in support/spread lab/bench demo/ examples/demo / '*' de; do
  run_says 1 "./run does not know '$word'" "$word"
  run_says 1 "./run does not know '$word'" debug "$word"
  run_says 1 "./run does not know '$word'" step "$word"
done
for word in linear/../linear ../exercises/linear / '*' ''; do
  run_says 1 "No exercise is called '$word'" exercise "$word"
done

# Through a symbolic link, and through a link to that, as from a folder of one's programs.
links=$(mktemp -d)
trap 'rm -rf "$links"' EXIT
ln -s "$project/run" "$links/wengert"
ln -s wengert "$links/again"
for run in "$links/wengert" "$links/again"; do
  run_says 0 '--target 05_train_as_in_keras' train_as_in_keras
done
