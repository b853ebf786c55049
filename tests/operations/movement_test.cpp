#include "../error_text.hpp"

#include <doctest/doctest.h>

#include <autograd/autograd.hpp>

#include <limits>

#include "table.hpp"

namespace wengert::operations {

// Moving elements is linear; squares and products give order two something to see.
Rows movement_rows() {
  const std::vector<Input> x{{{2, 3, 4}}};
  const std::vector<Input> matrix{{{3, 4}}};
  return {
      {"reshape", "fewer axes", x,
       [](const auto& v) {
         return square(reshape(v[0], {6, 4}));
       }},
      {"reshape", "to a scalar", {{{1, 1}}}, [](const auto& v) { return square(reshape(v[0], {})); }},
      {"transpose", "matrix", matrix, [](const auto& v) { return square(transpose(v[0])); }},
      {"transpose", "batch", x, [](const auto& v) { return transpose(square(v[0])); }},
      {"permute", "cycle", x,
       [](const auto& v) {
         return square(permute(v[0], {1, 2, 0}));
       }},
      {"permute", "negative axes", x,
       [](const auto& v) {
         return permute(square(v[0]), {-1, 0, -2});
       }},
      {"broadcast_to",
       "scalar",
       {{{}}},
       [](const auto& v) {
         return square(broadcast_to(v[0], {2, 3}));
       }},
      {"broadcast_to",
       "new and repeated axes",
       {{{3, 1}}},
       [](const auto& v) {
         return square(broadcast_to(v[0], {2, 3, 4}));
       }},
      {"slice", "first axis", x, [](const auto& v) { return square(slice(v[0], 0, 1, 2)); }},
      {"slice", "negative axis", x, [](const auto& v) { return square(slice(v[0], -1, 1, 3)); }},
      {"slice", "overlapping", x, [](const auto& v) { return slice(v[0], 1, 0, 2) * slice(v[0], 1, 1, 3); }},
      {"pad", "middle axis", x, [](const auto& v) { return square(pad(v[0], 1, 2, 1)); }},
      {"pad", "last axis", matrix, [](const auto& v) { return pad(square(v[0]), -1, 0, 2); }},
      {"pad", "zeros around two axes", x,
       [](const auto& v) {
         return square(pad(v[0], PadWidths{{0, 0}, {1, 2}, {2, 0}}));
       }},
      {"pad", "a number around two axes", x,
       [](const auto& v) {
         return square(pad(v[0], PadWidths{{1, 0}, {0, 0}, {1, 1}}, {.value = 0.5}));
       }},
      {"pad", "reflected", x,
       [](const auto& v) {
         return square(pad(v[0], PadWidths{{0, 0}, {2, 1}, {3, 3}}, {.mode = PadMode::reflect}));
       }},
      {"pad", "with the edge", x,
       [](const auto& v) {
         return square(pad(v[0], PadWidths{{1, 0}, {0, 4}, {2, 2}}, {.mode = PadMode::edge}));
       }},
      {"concat", "two shapes", {{{2, 3}}, {{2, 1}}}, [](const auto& v) { return square(concat(v, 1)); }},
      {"concat", "negative axis", {{{2, 3}}, {{4, 3}}, {{1, 3}}}, [](const auto& v) { return square(concat(v, -2)); }},
      {"concat", "x with x", matrix,
       [](const auto& v) {
         return square(concat(std::vector{v[0], v[0]}, 0));
       }},
      {"stack", "first axis", {{{2, 3}}, {{2, 3}}}, [](const auto& v) { return square(stack(v, 0)); }},
      {"stack", "last axis", {{{2, 3}}, {{2, 3}}}, [](const auto& v) { return square(stack(v, -1)); }},
      {"stack", "scalars", {{{}}, {{}}}, [](const auto& v) { return square(stack(v, 0)); }},
      {"gather", "repeated indices", matrix,
       [](const auto& v) {
         return square(gather(v[0], {2, 0, 2, 1}, 0));
       }},
      {"gather", "negative axis", x,
       [](const auto& v) {
         return square(gather(v[0], {3, 3, 0, 1, 2}, -1));
       }},
      {"scatter_add", "colliding indices", matrix,
       [](const auto& v) {
         return square(scatter_add(v[0], {1, 4, 1}, 0, 5));
       }},
      {"scatter_add", "last axis", matrix,
       [](const auto& v) {
         return square(scatter_add(v[0], {0, 2, 2, 1}, -1, 3));
       }},
      // The elements that are not picked have no influence: the rest of the expression gives them some.
      {"pick", "one label per row", matrix,
       [](const auto& v) {
         return pick(square(v[0]), {3, 0, 0}) + sum(v[0], Axes{1});
       }},
  };
}

TEST_CASE("every operation that moves elements has the right gradients") { check(movement_rows()); }

TEST_CASE("pad mirrors without the edge, repeats the edge, or puts a number, as numpy.pad does") {
  const Var<double> x([] {
    Array<double> values = empty<double>({4});
    for (std::size_t k = 0; k < 4; ++k) values(k) = static_cast<double>(k);
    return values;
  }());
  const auto padded = [&](const PadOptions& options) {
    const Array<double> y = pad(x, PadWidths{{2, 3}}, options).value();
    return std::vector<double>(y.data(), y.data() + y.size());
  };
  CHECK(padded({.mode = PadMode::reflect}) == std::vector<double>{2, 1, 0, 1, 2, 3, 2, 1, 0});
  CHECK(padded({.mode = PadMode::edge}) == std::vector<double>{0, 0, 0, 1, 2, 3, 3, 3, 3});
  CHECK(padded({.value = 7}) == std::vector<double>{7, 7, 0, 1, 2, 3, 7, 7, 7});
  CHECK(padded({}) == std::vector<double>{0, 0, 0, 1, 2, 3, 0, 0, 0});
}

TEST_CASE("pad refuses to reflect over more than there is, to repeat nothing, and widths for other axes") {
  const Var<double> x(zeros<double>({2, 3})), none(zeros<double>({0}));
  CHECK(::contains(error_text([&] {
                     pad(x, PadWidths{{0, 0}, {3, 0}}, {.mode = PadMode::reflect});
                   }),
                   "[pad] got the variable (2, 3) to be padded by 3 and 0 along an axis of 3"));
  CHECK(::contains(error_text([&] { pad(none, PadWidths{{1, 0}}, {.mode = PadMode::edge}); }), "at least one element"));
  CHECK(::contains(error_text([&] { pad(x, PadWidths{{1, 0}}); }), "got 1 pairs of widths"));
}

TEST_CASE("pad refuses widths that would wrap around or fill the memory") {
  const Var<double> x(zeros<double>({2, 3}));
  const std::size_t half = std::size_t{1} << 63U, most = std::numeric_limits<std::size_t>::max();
  for (const PadMode mode : {PadMode::constant, PadMode::reflect, PadMode::edge}) {
    for (const std::size_t huge : {half, most}) {
      CHECK(::contains(error_text([&] {
                         pad(x, PadWidths{{0, 0}, {huge, 1}}, {.mode = mode});
                       }),
                       "along axis 1; expected at most 1152921504606846976 each"));
    }
    CHECK(::contains(error_text([&] {
                       pad(x, PadWidths{{std::size_t{1} << 58U, std::size_t{1} << 60U}, {0, 0}}, {.mode = mode});
                     }),
                     "multiply to more than 2^60 elements"));
  }
}

TEST_CASE("an index that is out of range is refused with its position, and the last one is not") {
  const Var<double> x(ones<double>({2, 3}));
  CHECK(gather(x, {2, 0}, 1).shape() == Shape{2, 2});
  CHECK(::contains(error_text([&] {
                     gather(x, {0, 3}, 1);
                   }),
                   "[gather] index 3 at position 1 is out of range; expected 0 .. 2 for extent 3"));
  CHECK(::contains(error_text([&] { gather(x, {2}, 0); }), "[gather] index 2 at position 0"));
  CHECK(scatter_add(x, {4, 0, 4}, 1, 5).value() == Array<double>{{1, 0, 0, 0, 2}, {1, 0, 0, 0, 2}});
  CHECK(::contains(error_text([&] {
                     scatter_add(x, {0, 5, 1}, 1, 5);
                   }),
                   "[scatter_add] index 5 at position 1 is out of range; expected 0 .. 4 for extent 5"));
  CHECK(::contains(error_text([&] { scatter_add(x, {0, 1}, 1, 5); }), "[scatter_add] got 2 indices"));
}

TEST_CASE("what does not fit is named, with its own shape") {
  const Var<double> a = Var<double>(ones<double>({2, 3})).named("a"), b = Var<double>(ones<double>({3, 3})).named("b");
  const auto is_said = [](const auto& call, const char* text) { return ::contains(error_text(call), text); };
  CHECK(is_said([&] { concat(std::vector{a, b}, 1); }, "got 'a' (2, 3) and 'b' (3, 3) along axis 1"));
  CHECK(is_said([&] { stack(std::vector{a, b}, 0); }, "got 'a' (2, 3) and 'b' (3, 3); expected the same shape"));
  CHECK(is_said([&] { slice(a, 1, 2, 4); }, "got the elements 2 .. 4 of axis 1 of 'a' (2, 3)"));
  CHECK(is_said([&] { broadcast_to(a, {2, 4}); }, "'a' (2, 3) does not broadcast to (2, 4)"));
  CHECK(is_said([&] { scatter_add(a, {0}, 1, 5); }, "got 1 indices for axis 1 of 'a' (2, 3)"));
  CHECK(is_said([&] { transpose(mean(a, {0}).named("m")); }, "'m' (3,) has 1 axes"));
  CHECK(is_said(
      [&] {
        pad(a, PadWidths{{1, 1}, {3, 0}}, {.mode = PadMode::reflect});
      },
      "got 'a' (2, 3) to be padded by 3 and 0 along an axis of 3"));
}

TEST_CASE("parts that are together longer than an axis can be are refused") {
  const Var<double> none(zeros<double>({std::size_t{1} << 60, 0}));
  CHECK(::contains(error_text([&] { concat(std::vector(16, none), 0); }),
                   "[concat] the extents 17293822569102704640 and 1152921504606846976 add up to more than an axis can "
                   "have; check the sizes"));
  CHECK(::contains(error_text([&] {
                     pad(none, PadWidths{{std::numeric_limits<std::size_t>::max(), 0}, {0, 0}});
                   }),
                   "to be padded by 18446744073709551615 and 0 along axis 0; expected at most"));
}

TEST_CASE_TEMPLATE("slices that meet are summed to the last digit, in whatever order, and forgotten by none", T, float,
                   double) {
  constexpr std::size_t count = std::size_t{1} << 20;
  const Indices one(count, 1);
  const T expected = static_cast<T>(static_cast<double>(T(0.1)) * count);
  CHECK(scatter_add(Var<T>(full<T>({count}, T(0.1))), one, 0, 3).value() == Array<T>{0, expected, 0});
  const Var<T> x = parameter(ones<T>({3}), "x");
  Tape<T> tape;
  const Var<T> loss = sum(gather(x, one, 0) * T(0.1)) + sum(gather(x, {2, 0, 2}, 0));
  CHECK(tape.gradient(loss, {x}).front() == Array<T>{1, expected, 2});
  const Var<T> rows(Array<T>{{1, 2}, {T(1e8), 4}, {3, 8}, {T(-1e8), 16}, {1, 32}});
  CHECK(scatter_add(rows, {2, 0, 2, 0, 0}, 0, 3).value() == Array<T>{{1, 52}, {0, 0}, {4, 10}});
  CHECK(scatter_add(Var<T>(Array<T>{{1, 2, 4}, {8, 16, 32}}), {1, 0, 1}, 1, 2).value() == Array<T>{{2, 5}, {16, 40}});
}

TEST_CASE("one_hot puts a one at every label") {
  const Array<double> rows = one_hot<double>({2, 0}, 3);
  CHECK(rows.shape() == Shape{2, 3});
  CHECK(std::vector<double>(rows.data(), rows.data() + 6) == std::vector<double>{0, 0, 1, 1, 0, 0});
  CHECK(one_hot<float>({}, 3).shape() == Shape{0, 3});
}

TEST_CASE("a label that is out of range is refused with its row and the number of classes") {
  const Var<double> logits(zeros<double>({2, 3}));
  for (const std::string& text : {error_text([] {
                                    one_hot<double>({1, 3}, 3);
                                  }),  //
                                  error_text([&] {
                                    pick(logits, {1, 3});
                                  })}) {
    CHECK(::contains(text, "label 3 of row 1 is out of range: there are 3 classes"));
  }
}

}  // namespace wengert::operations
