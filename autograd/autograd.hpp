#pragma once

// Everything of the room.
#include <autograd/arrays/array.hpp>
#include <autograd/arrays/random.hpp>
#include <autograd/arrays/shape.hpp>
#include <autograd/base/parallel.hpp>
#include <autograd/check/compare.hpp>
#include <autograd/check/derivatives.hpp>
#include <autograd/check/gradcheck.hpp>
#include <autograd/explain/print_tape.hpp>
#include <autograd/explain/program.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/map.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/normalisation.hpp>
#include <autograd/operations/reduce.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/selection.hpp>
#include <autograd/tape/anomaly.hpp>
#include <autograd/tape/record.hpp>
#include <autograd/tape/tape.hpp>
#include <autograd/tape/var.hpp>
