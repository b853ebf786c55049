#include <doctest/doctest.h>
#include <autograd/autograd.hpp>

#include "../error_text.hpp"
#include "../support/sources.hpp"

using namespace wengert;

// Run with AddressSanitizer these show a use after free; without it the numbers are checked.

TEST_CASE("what is read of a temporary lives as long as the loop over it") {
  const Var<double> z(Array<double>{1.0, 1.0, 1.0, 1.0});
  double total = 0.0;
  for (const double q : softmax(z).value()) total += q;
  CHECK(total == 1.0);
  std::size_t product = 1;
  for (const std::size_t extent : reshape(z, {2, 2}).shape()) product *= extent;
  CHECK(product == 4);
  std::string letters;
  for (const char c : exp(z).named("letters").name()) letters += c;
  CHECK(letters == "letters");
  const auto& kept = softmax(z).value();
  CHECK(kept == Array<double>{0.25, 0.25, 0.25, 0.25});
  const Var<double> p = parameter(Array<double>{2.0}, "p");
  Tape<double> tape;
  const Var<double> loss = sum(p * p);
  tape.backward(loss);
  for (const double g : Var<double>(p).grad()) CHECK(g == 4.0);
  std::size_t lines = 0;
  for ([[maybe_unused]] const auto& line : adjoint_program(tape, loss).lines()) ++lines;
  CHECK(lines > 0);
  for (const Symbol& operand : (Symbol("a") + Symbol("b")).operands()) CHECK_FALSE(operand.name().empty());
}

TEST_CASE("whatever a layer, an optimizer or a dataset gives by reference it gives to keep if it is a temporary") {
  const char* of_any_object = R"(const [\w:<>, ]+& (\w+)\([^()]*\) const *[;{])";
  std::set<std::string> found;
  for (const char* folder : {"nn", "optim", "datasets"}) found.merge(found_in_sources(folder, {".hpp"}, of_any_object));
  CHECK(found == std::set<std::string>{"header", "name"});  // of CsvScanner, which the readers keep
}

TEST_CASE("the array of a temporary that nobody else holds is taken, not copied") {
  Array<double> array = ones<double>({1000});
  const double* const memory = array.data();
  const Array<double> taken = Var<double>(std::move(array)).value();
  CHECK(taken.data() == memory);
  const Var<double> x(ones<double>({3}));
  CHECK(Var<double>(x).value().data() != x.value().data());
  CHECK(x.value() == ones<double>({3}));
}

TEST_CASE("a value that was written through a reference kept from before is an error in backward") {
  const Var<double> p = parameter(Array<double>{1.0, 2.0}, "p");
  Array<double>& w = p.mutable_value();
  w(0) = 3.0;
  Tape<double> tape;
  const Var<double> loss = sum(p * p);
  SUBCASE("written") {
    w(1) = 5.0;
    CHECK(contains(error_text([&] { tape.backward(loss); }), "'p' (2,) was changed after"));
    CHECK_FALSE(p.has_grad());
  }
  SUBCASE("written by its memory") {
    w.data()[0] = -1.0;
    CHECK(contains(error_text([&] { tape.gradient(loss, {p}); }), "'p' (2,) was changed after"));
  }
  SUBCASE("only read") {
    CHECK(w(1) == 2.0);
    tape.backward(loss);
    CHECK(p.grad() == Array<double>{6.0, 4.0});
  }
  SUBCASE("the value of an operation") {
    const Var<double> y = square(p);
    Array<double>& inside = y.mutable_value();
    const Var<double> later = sum(y * y);
    inside(0) = 0.0;
    CHECK_THROWS_AS(tape.backward(later), Error);
  }
  SUBCASE("two elements swapped") {
    std::swap(w(0), w(1));
    CHECK_THROWS_AS(tape.backward(loss), Error);
  }
}

TEST_CASE("the names under which a value is written stay") {
  const Var<double> p = parameter(Array<double>{1.0, 2.0}, "p");
  const std::uint32_t before = p.version();
  p.mutable_value()(0) = 3.0;
  p.mutable_value().data()[1] = 4.0;
  CHECK(p.value() == Array<double>{3.0, 4.0});
  p.mutable_value() = Array<double>{5.0, 6.0};
  CHECK(p.value() == Array<double>{5.0, 6.0});
  CHECK(p.version() != before);
  const Array<double> old = p.exchange_value(Array<double>{7.0, 8.0});
  CHECK(old == Array<double>{5.0, 6.0});
  CHECK(p.value() == Array<double>{7.0, 8.0});
  CHECK_THROWS_AS(p.exchange_value(Array<double>{1.0}), Error);
}

TEST_CASE("tapes may end in any order, as where a new one takes the place of the old one") {
  const Var<double> w = parameter(scalar(3.0), "w");
  std::unique_ptr<Tape<double>> tape;
  for (int step = 0; step < 4; ++step) {
    tape = std::make_unique<Tape<double>>();
    CHECK(Tape<double>::recording() == tape.get());
    CHECK(tape->gradient(w * w, {w}).front() == scalar(6.0));
  }
  auto inner = std::make_unique<Tape<double>>();
  tape.reset();
  CHECK(Tape<double>::recording() == inner.get());
  inner.reset();
  CHECK(Tape<double>::innermost() == nullptr);
}
