#include <doctest/doctest.h>

#include <autograd/arrays/random.hpp>

#include <cstdlib>
#include <map>

#include "../support/rows.hpp"
#include "table.hpp"

namespace wengert::operations {
namespace {

/// As many as the variable WENGERT_GRADIENT_CHECKS says, for longer runs by hand; 5,000 otherwise.
std::size_t wanted_checks() {
  const char* const wanted = std::getenv("WENGERT_GRADIENT_CHECKS");
  return wanted == nullptr ? 5000 : std::stoul(wanted);
}

/// Rows of operations that take any extents; their 2, 3 and 4 stand for them.
Rows rows_of_any_extents() {
  Rows all;
  for (const Rows& rows : {arithmetic_rows(), function_rows(), reduction_rows(), matmul_rows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

Rows rows_of_fixed_extents() {
  Rows all;
  for (const Rows& rows : {movement_rows(), formula_rows(), convolution_rows(), pooling_rows()}) {
    all.insert(all.end(), rows.begin(), rows.end());
  }
  return all;
}

/// Other extents for those of a row: equal ones stay equal, and 1 stays 1, so that what broadcasts still does.
Row with_random_extents(Row row, Generator& generator) {
  std::map<std::size_t, std::size_t> extents;
  for (const std::size_t extent : {2U, 3U, 4U}) extents[extent] = 2 + generator.below(4);
  for (Input& input : row.inputs) {
    for (std::size_t& extent : input.shape) extent = extents.contains(extent) ? extents[extent] : extent;
  }
  return row;
}

std::vector<Var<double>> random_inputs(const Row& row, Generator& generator) {
  std::vector<Var<double>> inputs;
  for (const Input& input : row.inputs) {
    inputs.push_back(parameter(generator.uniform<double>(input.shape, input.low, input.high)));
  }
  return inputs;
}

/// Gradient checks, of at most 12 elements of each input, and how they ended. An element whose tolerance is above 1e-9
/// of the largest derivative of its input makes a check inconclusive, and an input without influence, as numbers that
/// are all clipped, makes it vacuous: neither counts as passed.
class CountedChecks {
 public:
  void check(const Row& row, std::uint64_t seed) {
    if (row.expected != Verdict::pass) return;
    Generator generator(++number_);
    const int order = 1 + static_cast<int>(seed % 2);
    const GradcheckReport report =
        gradcheck(row.in_double, random_inputs(row, generator),
                  {.order = order, .seed = ~number_, .max_elements = 12, .resolution = 1e-9});
    ++counts_[report.verdict];
    if (report) ++passed_[order];
    CHECK_MESSAGE((report.verdict != Verdict::fail && report.verdict != Verdict::impure),
                  row_name(row.operation, row.variant) << ", check " << number_ << ": " << report.text());
    if (!report) ++undecided_[row_name(row.operation, row.variant)];
  }

  std::size_t count(Verdict verdict) { return counts_[verdict]; }

  std::string text() {
    std::string rows;
    for (const auto& [name, count] : undecided_) rows += fmt::format("\n  {} times {}", count, name);
    return fmt::format(
        "{} gradient checks passed at 1e-9, {} of order one and {} of order two; {} failed, {} vacuous, {} "
        "inconclusive{}",
        count(Verdict::pass), passed_[1], passed_[2], count(Verdict::fail), count(Verdict::vacuous),
        count(Verdict::inconclusive), rows);
  }

 private:
  std::uint64_t number_ = 0;
  std::map<Verdict, std::size_t> counts_;
  std::map<int, std::size_t> passed_;
  std::map<std::string, std::size_t> undecided_;
};

}  // namespace

TEST_CASE("thousands of gradient checks with random shapes, values and cotangents pass at 1e-9") {
  const Rows any = rows_of_any_extents(), fixed = rows_of_fixed_extents();
  CountedChecks checks;
  for (std::uint64_t seed = 1; checks.count(Verdict::pass) < wanted_checks(); ++seed) {
    REQUIRE(seed < wanted_checks());
    Generator generator(seed);
    for (const Row& row : any) checks.check(with_random_extents(row, generator), seed);
    for (const Row& row : fixed) checks.check(row, seed);
  }
  MESSAGE(checks.text());
  CHECK(100 * (checks.count(Verdict::inconclusive) + checks.count(Verdict::vacuous)) < checks.count(Verdict::pass));
}

}  // namespace wengert::operations
