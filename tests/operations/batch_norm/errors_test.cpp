#include <doctest/doctest.h>

#include <limits>

#include "../../error_text.hpp"
#include "problem.hpp"

using namespace wengert;

namespace {

std::size_t entries_left = 0;  ///< on the tape after the last error

std::string error_of(const Shape& x, const Shape& gamma, const Shape& beta, const Axes& axes, double epsilon = 1e-5) {
  const auto px = parameter(zeros<double>(x), "x");
  const auto pgamma = parameter(ones<double>(gamma), "γ"), pbeta = parameter(zeros<double>(beta), "β");
  Tape<double> tape;
  const std::string text = error_text([&] { batch_norm(px, pgamma, pbeta, axes, epsilon); });
  entries_left = tape.size();
  return text;
}

}  // namespace

TEST_CASE("batch norm refuses a gamma or beta that has not one value per group") {
  const std::string gamma = error_of({4, 3, 2}, {2}, {3}, {0, 2});
  CHECK(gamma ==
        "[batch_norm] 'γ' has shape (2,); expected (3,) or (1, 3, 1), one value for each group that is normalised "
        "together, for an input of shape (4, 3, 2) and axes {0, 2}");
  CHECK(contains(error_of({4, 3, 2}, {1, 3, 1}, {4}, {0, 2}), "'β' has shape (4,); expected (3,)"));
  CHECK(contains(error_of({4, 3, 2}, {3}, {2}, {0, 2}), "'β' has shape (2,); expected (3,)"));
  CHECK(contains(error_of({4, 3}, {4, 3}, {3}, {0}), "'γ' has shape (4, 3); expected (3,) or (1, 3)"));
  CHECK(contains(error_of({4, 3}, {}, {3}, {0}), "'γ' has shape (); expected (3,)"));
}

TEST_CASE("batch norm refuses an epsilon that is not positive") {
  for (const double epsilon : {0.0, -1e-5, std::numeric_limits<double>::quiet_NaN()}) {
    const std::string text = error_of({4, 3}, {3}, {3}, {0}, epsilon);
    CHECK(contains(text, "[batch_norm] epsilon is "));
    CHECK(contains(text, "expected a positive number"));
  }
}

TEST_CASE("batch norm refuses axes that are out of range or repeated") {
  const std::string text = error_of({4, 3}, {3}, {3}, {2});
  CHECK(contains(text, "[batch_norm] axis 2 is out of range"));
  CHECK(contains(text, "the input has 2 axes"));
  CHECK(contains(error_of({4, 3}, {3}, {3}, {-3}), "axis -3 is out of range"));
  CHECK(contains(error_of({4, 3}, {3}, {3}, {0, 0}), "[batch_norm] an axis is repeated: got {0, 0}"));
  CHECK(contains(error_of({4, 3}, {3}, {3}, {0, -2}), "an axis is repeated: got {0, -2}"));
}

TEST_CASE("batch norm refuses a batch of no elements") {
  const std::string text = error_of({0, 3}, {3}, {3}, {0});
  CHECK(contains(text, "no elements to take the mean of"));
  CHECK(contains(text, "(0, 3)"));
}

TEST_CASE("batch norm of a batch of one row is beta") {
  Generator generator(31);
  const Problem problem = make_problem(generator, {1, 3}, {0}, 1e-3);
  for (const NamedForm& form : {fused, by_operators}) {
    const Derived derived = derive(problem, form);
    for (std::size_t c = 0; c < 3; ++c) {
      CHECK(derived.y.data()[c] == problem.beta.data()[c]);
      CHECK(derived.d_x.data()[c] == 0.0);
    }
  }
}

TEST_CASE("an error of batch norm leaves no entry on the tape") {
  error_of({4, 3, 2}, {3}, {2}, {0, 2});
  CHECK(entries_left == 0);
  error_of({0, 3, 2}, {3}, {3}, {0, 2});
  CHECK(entries_left == 0);
}
