#pragma once

#include <autograd/check/gradcheck.hpp>

#include <set>
#include <string>
#include <vector>

namespace wengert::operations {

/// An input of a row: its shape, and the interval from which its values are drawn.
struct Input {
  Shape shape;
  double low = -1.5;
  double high = 1.5;
};

/// One row of the table: an operation under test, at one choice of shapes and options.
struct Row {
  std::string operation;  ///< as the header declares it
  std::string variant;    ///< what this row is about
  std::vector<Input> inputs;
  Function<double> in_double;
  Function<float> in_float;
  Verdict expected = Verdict::pass;

  template <class F>
  Row(std::string name, std::string about, std::vector<Input> operands, F f, Verdict verdict = Verdict::pass)
      : operation(std::move(name)),
        variant(std::move(about)),
        inputs(std::move(operands)),
        in_double(f),
        in_float(f),
        expected(verdict) {}
};

using Rows = std::vector<Row>;

Rows arithmetic_rows();
Rows function_rows();
Rows reduction_rows();
Rows movement_rows();
Rows matmul_rows();
Rows formula_rows();
Rows convolution_rows();
Rows pooling_rows();
Rows all_rows();

/// Checks every row: gradients at orders one and two, and float against double.
void check(const Rows& rows);

/// The pairs of shapes that broadcast, in both orders.
std::vector<std::pair<Shape, Shape>> broadcasting_pairs();

}  // namespace wengert::operations
