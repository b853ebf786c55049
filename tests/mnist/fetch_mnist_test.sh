#!/bin/sh
# What `./run fetch-mnist` does with mirrors that are absent, wrong, cut off or right, all of them on this disk.
# usage: fetch_mnist_test.sh PROJECT FOLDER, where the folder is emptied; ends with 77 for what it cannot test here.
set -eu
project=$1 folder=$2
original=${WENGERT_DATA:-$project/data}/mnist
rm -rf "$folder"
mkdir -p "$folder/wrong" "$folder/cut"
url=file://$(cd "$folder" && pwd | sed 's/ /%20/g')

fail() {
  printf '%s\n' "$@" >&2
  cat "$folder/output" >&2
  exit 1
}

# Fetches from mirrors into $folder/data/mnist.
fetch() {
  WENGERT_DATA=$folder/data WENGERT_MNIST_MIRROR=$1 "$project/run" ${2:+"$2"} fetch-mnist >"$folder/output" 2>&1
}

says() {
  grep -q -- "$1" "$folder/output" || fail "the output does not say: $1"
}

refuses() {
  if fetch "$1"; then fail "accepted the mirror $1"; fi
  says 'No mirror gave train-images-idx3-ubyte.gz'
  says "what is in $folder/data/mnist is kept"
  [ -z "$(ls "$folder/data/mnist")" ] || fail "$1 left something behind: $(ls "$folder/data/mnist")"
}

command -v curl >/dev/null || {
  echo 'curl is not here, skipped: wget reads no mirror on the disk'
  exit 77
}

fetch "$url/absent" --dry-run || fail 'a dry run failed'
says '+ curl .*absent/t10k-labels-idx1-ubyte.gz'
[ ! -e "$folder/data" ] || fail 'a dry run wrote something'

refuses "$url/absent"
echo 'no images' | gzip >"$folder/wrong/train-images-idx3-ubyte.gz"
refuses "$url/wrong"
says 'does not have the checksum of MNIST'
refuses "$url/absent $url/wrong"

[ -f "$original/train-images-idx3-ubyte.gz" ] || {
  echo 'MNIST is not here, skipped: whether a right mirror is accepted'
  exit 77
}
right=file://$(cd "$original" && pwd | sed 's/ /%20/g')
head -c 9000000 "$original/train-images-idx3-ubyte.gz" >"$folder/cut/train-images-idx3-ubyte.gz"
refuses "$url/cut"
cat "$original/train-images-idx3-ubyte.gz" "$folder/wrong/train-images-idx3-ubyte.gz" \
  >"$folder/cut/train-images-idx3-ubyte.gz"
refuses "$url/cut"

fetch "$url/wrong $url/cut $right" || fail 'refused the right mirror'
cmp "$original/train-images-idx3-ubyte.gz" "$folder/data/mnist/train-images-idx3-ubyte.gz"

echo damage >>"$folder/data/mnist/t10k-labels-idx1-ubyte.gz"
fetch "$right" || fail 'does not repair a damaged file'
[ "$(grep -c 'is there already' "$folder/output")" -eq 3 ] || fail 'does not keep the three files that are right'
cmp "$original/t10k-labels-idx1-ubyte.gz" "$folder/data/mnist/t10k-labels-idx1-ubyte.gz"
fetch "$url/absent" || fail 'needs a mirror although everything is there'
