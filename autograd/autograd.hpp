#pragma once

// Everything of the room.
#include <autograd/array.hpp>
#include <autograd/batch_norm.hpp>
#include <autograd/derivatives.hpp>
#include <autograd/explain/adjoint_program.hpp>
#include <autograd/explain/compare.hpp>
#include <autograd/explain/print_tape.hpp>
#include <autograd/gradcheck.hpp>
#include <autograd/map.hpp>
#include <autograd/numbers/functions.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/matmul.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/operations/selection.hpp>
#include <autograd/operations/shapes.hpp>
#include <autograd/parallel.hpp>
#include <autograd/random.hpp>
#include <autograd/record.hpp>
#include <autograd/reduce.hpp>
#include <autograd/shape.hpp>
#include <autograd/tape.hpp>
#include <autograd/var.hpp>
