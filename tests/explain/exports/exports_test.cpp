#include <doctest/doctest.h>
#include <autograd/autograd.hpp>
#include <autograd/base/process.hpp>
#include <autograd/base/read_file.hpp>
#include <autograd/base/write_file.hpp>
#include <autograd/explain/exports/definitions.hpp>

#include <cstdlib>
#include <random>

#include "../../error_text.hpp"

using namespace wengert;

// A derivation that is exported runs without the library, and says whether it gets the numbers of the tape.

namespace {

const std::filesystem::path folder =
    std::filesystem::temp_directory_path() / fmt::format("wengert_exports_{}", std::random_device()());
const std::string python = WENGERT_PYTHON_WITH_NUMPY;

struct Ran {
  int status;
  std::string output;
};

Ran run(const std::string& command) {
  const std::filesystem::path output = folder / "output.txt";
  const int status = std::system((command + " > " + base::shell_word(output.string()) + " 2>&1").c_str());
  return {status, base::read_file("test", output, "a text")};
}

/// Compiles a program with all warnings, by the compiler of this build, and runs it.
Ran run_cpp(const std::filesystem::path& file) {
  const std::string binary = base::shell_word((folder / "program").string());
  const Ran compiled =
      run(std::string(WENGERT_COMPILER) + " -std=c++17 -O0 -Wall -Wextra -Wconversion -Wshadow -Werror " +
          base::shell_word(file.string()) + " -o " + binary);
  REQUIRE_MESSAGE(compiled.status == 0, compiled.output);
  return run(binary);
}

Ran run_python(const std::filesystem::path& file) { return run(python + " " + base::shell_word(file.string())); }

/// Two layers, with batch norm in between, layer norm behind, and the cross-entropy of labels.
Var<double> network_loss() {
  Generator generator(4);
  const Var<double> x(generator.normal<double>({6, 4}));
  const Var<double> w1 = parameter(generator.normal<double>({4, 3}), "W1");
  const Var<double> lost = parameter(generator.normal<double>({3}), "lost");
  const Var<double> gamma = parameter(generator.normal<double>({3}), "γ");
  const Var<double> beta = parameter(generator.normal<double>({3}), "β");
  const Var<double> w2 = parameter(generator.normal<double>({3, 3}), "W₂");
  const Var<double> scale = parameter(generator.normal<double>({3}), "sum");
  const Var<double> shift = parameter(generator.normal<double>({3}), "λ");
  const Var<double> h = batch_norm(matmul(x, w1) + lost, gamma, beta, {0}, 1e-3).y.named("h");
  const Var<double> z = matmul(tanh(h), w2, {.transpose_b = true}).named("z");
  const Moments<double> of_row = moments(z, {1});
  const Var<double> n = normalise(z, of_row.mean, of_row.variance, scale, shift, 1e-5).named("t1");
  const Var<double> l2 = sum(square(w1)).named("ℓ₂");
  return (-mean(pick(log_softmax(n), {0, 2, 1, 2, 0, 0})) + 0.01 * l2).named("loss");
}

/// A loss that depends on every function and operation that is exported.
Var<double> loss_of_everything() {
  Generator generator(5);
  const Var<double> x = parameter(generator.uniform<double>({4, 3}, 0.2, 0.9), "x");
  const Var<double> y = parameter(generator.uniform<double>({3}, 0.2, 0.9), "y");
  const Var<double> w(generator.uniform<double>({4, 3}, 0.5, 1.5));
  std::vector<Var<double>> parts;
  const auto add = [&](const Var<double>& part) { parts.push_back(mean(part * part)); };
  std::apply([&](const auto&... f) { (add(w * apply(f, x - 0.5 * apply(primitives::Sign{}, x - 0.4))), ...); },
             std::tuple<primitives::Expm1, primitives::Tanh, primitives::Sigmoid, primitives::SigmoidSlope,
                        primitives::Softplus, primitives::Erf, primitives::Gaussian, primitives::NormalCdf,
                        primitives::Silu, primitives::Gelu, primitives::Sin, primitives::Cos, primitives::Abs,
                        formulas::Relu, formulas::LeakyRelu, formulas::Elu, formulas::Clip>{});
  std::apply([&](const auto&... f) { (add(w * apply(f, x)), ...); }, UnaryFunctions{});
  std::apply([&](const auto&... f) { (add(w * apply(f, x, y)), ...); }, BinaryFunctions{});
  add(where(((x < y) && (x > 0.3)) || !(x <= y) || (x >= 0.8) || equal(x, y), x * x, y));
  for (const Dims dims : {Dims::keep, Dims::drop}) {
    add(max(x, {-1}, dims) + min(x, {1}, dims) + logsumexp(x, {1}, dims) + sum(x, {1}, dims));
    add(mean(x, {0, 1}, dims));
  }
  add(w * softmax(x, {0}) + log_softmax(x, {-1}));
  add(permute(reshape(x, {2, 2, 3}), {2, 0, 1}) * broadcast_to(reshape(y, {3, 1, 1}), {3, 2, 2}));
  add(matmul(transpose(reshape(x, {2, 2, 3})), reshape(w * x, {2, 2, 3})));
  add(matmul(reshape(x, {2, 2, 3}), transpose(w)));
  add(matmul(w, reshape(x, {2, 3, 2})));
  const std::vector<Var<double>> both{x, w * x};
  add(concat(both, 1));
  add(stack(both, 1));
  add(gather(x, {1, 1, 3}, 0) + slice(w * x, 0, 1, 4));
  add(scatter_add(gather(x, {0, 1}, 1), {2, 0}, 1, 3));
  add(scatter_add(x, {1, 4, 1, 0}, 0, 5) + pad(x, 0, 0, 1));
  add(take(x, {{2, 2}, std::make_shared<const std::vector<std::uint32_t>>(std::vector<std::uint32_t>{5, 0, 5, 7})}));
  const Var<double> images(generator.normal<double>({2, 4, 6, 5}));
  const Var<double> filters = parameter(generator.normal<double>({6, 2, 3, 2}), "w");
  const Var<double> bias = parameter(generator.normal<double>({6}), "bias");
  const Var<double> c = conv2d(
      images, filters, {.stride = {2, 1}, .padding = Padding::same, .dilation = {1, 2}, .groups = 2, .bias = bias});
  add(max_pool2d(c, 2, {.stride = {1, 2}, .padding = 1}));
  add(conv2d(relu(c), parameter(generator.normal<double>({3, 6, 1, 1}))));
  Var<double> loss = parts.front();
  for (std::size_t k = 1; k < parts.size(); ++k) loss = loss + parts[k];
  return loss.named("loss");
}

/// Branches that are not taken, and have no finite value or derivative.
Var<double> loss_of_branches() {
  const Var<double> x = parameter(Array<double>{-1.0, 0.0, 4.0}, "x"), y = parameter(Array<double>{2.0, 0.0, 3.0}, "y");
  const Var<double> gate = parameter(Array<double>{1.0, 2.0, 3.0}, "gate");
  const Var<double> fused = map([](auto u, auto v) { return where(u > 0.0, v / sqrt(u), v); }, x, y);
  return sum(where(x > 0.0, sqrt(x) * gate, x) + where(equal(y, 0.0), x, log(y) / y) + fused).named("loss");
}

/// The same once more in its gradient, which is recorded: a second derivative.
Var<double> loss_of_branches_twice(Tape<double>& tape) {
  const Var<double> x = parameter(Array<double>{-1.0, 0.0, 2.0, 0.5}, "x");
  const Var<double> w(Array<double>{0.7, -0.3, 0.4, 1.1});
  const Var<double> once = sum(where(x > 0.0, x * log(x), 0.0) + where(x > 0.0, 1.0 / x, x * x));
  return sum(tape.gradient(once, {x}, recorded)[0] * w).named("loss");
}

/// Softmax and its like of rows whose largest element is infinite.
Var<double> loss_of_infinite_rows() {
  constexpr double inf = std::numeric_limits<double>::infinity();
  const Var<double> x = parameter(Array<double>{{-inf, -inf}, {inf, 0.0}, {-inf, 1.0}}, "x");
  const Var<double> w(Array<double>{{1.0, 2.0}, {3.0, 4.0}, {5.0, 6.0}});
  const Var<double> shares = sum(softmax(x, {1}).named("shares") * w);
  const Var<double> logs = log_softmax(x, {1}).named("logs"), totals = logsumexp(x, {1}).named("totals");
  return (shares + sum(where(logs > -inf, logs * w, 0.0)) + sum(where(totals > 0.0, 1.0, totals))).named("loss");
}

/// What is nothing but rounding, and what is computed from it: languages round each in their own way.
Var<double> loss_of_rounding() {
  Generator generator(6);
  const Var<double> x = parameter(generator.normal<double>({7, 3}, 100.0, 1.0), "x");
  const Var<double> w = parameter(generator.normal<double>({1, 3}), "w");
  const Var<double> rest = sum(x - mean(x, {0}, keep_dims), {0}, keep_dims).named("rest");
  const Var<double> flows = (rest * w + rest).named("flows");
  const Var<double> root = sqrt(square(flows) + square(rest)).named("root");
  return (sum(root) + sum(flows * x) + sum(square(x) * w)).named("loss");
}

struct Prepared {
  Prepared() { std::filesystem::create_directories(folder); }
  ~Prepared() { std::filesystem::remove_all(folder); }
};

/// The text with another digit in the first number behind `place`.
std::string with_wrong_digit(std::string text, const std::string& place) {
  const std::size_t digit = text.find_first_of("123456789", text.find('.', text.find(place)));
  text[digit] = text[digit] == '7' ? '3' : '7';
  return text;
}

}  // namespace

TEST_CASE_FIXTURE(Prepared, "a network's exported C++ program equals the tape, with a wrong number it does not") {
  Tape<double> tape;
  const Var<double> loss = network_loss();
  save_cpp(tape, loss, folder / "network.cpp");
  const std::string text = base::read_file("test", folder / "network.cpp", "a text");
  CAPTURE(text);
  const Ran right = run_cpp(folder / "network.cpp");
  CHECK_MESSAGE(right.status == 0, right.output);
  CHECK(contains(right.output, "equal to the tape"));
  CHECK(contains(text, "Array epsilon = array({}, {0.001});"));
  CHECK(contains(text, "Array epsilon_3 = array({}, {1e-05});"));
  CHECK(!contains(text, "ε_"));  // either of them once, whatever the two passes call them
  CHECK(contains(text, "nothing but the rounding of its terms"));  // of dlost, which batch norm takes away
  base::write_file("test", folder / "wrong.cpp", with_wrong_digit(text, "compare(\"dgamma\""));
  const Ran wrong = run_cpp(folder / "wrong.cpp");
  CHECK(wrong.status != 0);
  CHECK(contains(wrong.output, "dgamma differs from the tape"));
  CHECK(contains(wrong.output, "not equal to the tape"));
}

TEST_CASE_FIXTURE(Prepared, "every function and operation in C++ equals the tape") {
  Tape<double> tape;
  save_cpp(tape, loss_of_everything(), folder / "everything.cpp");
  const Ran ran = run_cpp(folder / "everything.cpp");
  CHECK_MESSAGE(ran.status == 0, ran.output);
  CHECK(contains(ran.output, ": equal to the tape"));
}

TEST_CASE_FIXTURE(Prepared, "branches that are not taken add 0 in C++ as on the tape") {
  Tape<double> tape;
  save_cpp(tape, loss_of_branches(), folder / "branches.cpp");
  const Ran ran = run_cpp(folder / "branches.cpp");
  CHECK_MESSAGE(ran.status == 0, ran.output);
  CHECK(contains(base::read_file("test", folder / "branches.cpp", "a text"), "gate("));
  {
    Tape<double> inner;
    save_cpp(inner, loss_of_branches_twice(inner), folder / "twice.cpp");
  }
  const Ran twice = run_cpp(folder / "twice.cpp");
  CHECK_MESSAGE(twice.status == 0, twice.output);
  const Var<double> x = parameter(Array<double>{1.0, 4.0}, "x");
  CHECK(!contains(cpp_program(tape, sum(where(x > 0.0, sqrt(x), x))), "gate("));
}

TEST_CASE_FIXTURE(Prepared, "softmax and its like of infinite rows are in C++ what they are on the tape") {
  Tape<double> tape;
  save_cpp(tape, loss_of_infinite_rows(), folder / "infinite.cpp");
  const Ran ran = run_cpp(folder / "infinite.cpp");
  CHECK_MESSAGE(ran.status == 0, ran.output);
}

TEST_CASE_FIXTURE(Prepared, "what is computed from nothing but rounding is compared as rounding") {
  Tape<double> tape;
  const Var<double> loss = loss_of_rounding();
  save_cpp(tape, loss, folder / "rounding.cpp");
  const Ran ran = run_cpp(folder / "rounding.cpp");
  CHECK_MESSAGE(ran.status == 0, ran.output);
  const std::string text = base::read_file("test", folder / "rounding.cpp", "a text");
  const Ran wrong = [&] {
    base::write_file("test", folder / "wrong.cpp", with_wrong_digit(text, "compare(\"loss\""));
    return run_cpp(folder / "wrong.cpp");
  }();
  CHECK(contains(wrong.output, "loss differs from the tape"));
  if (python.empty()) return;
  save_numpy(tape, loss, folder / "rounding.py");
  const Ran numpy = run_python(folder / "rounding.py");
  CHECK_MESSAGE(numpy.status == 0, numpy.output);
}

TEST_CASE_FIXTURE(Prepared, "a formula of one's own that is not what was computed does not equal the tape") {
  const Var<double> x = parameter(Array<double>{1.0, 2.0, 4.0}, "x");
  Tape<double> tape;
  for (const double divisor : {2.0, 3.0}) {
    Label half("half");
    half.formula = [divisor](std::span<const Symbol> operands) { return operands[0] / divisor; };
    const Var<double> y = record(half, Array<double>(x.value() / 2.0), wrt(x, [](const auto& g) { return g / 2.0; }));
    save_cpp(tape, sum(y * x), folder / "half.cpp");
    const Ran ran = run_cpp(folder / "half.cpp");
    CHECK_MESSAGE((ran.status == 0) == (divisor == 2.0), ran.output);
  }
}

TEST_CASE_FIXTURE(Prepared, "the NumPy programs equal the tape, and with a wrong number they do not") {
  if (python.empty()) {
    MESSAGE("no Python with NumPy is here, skipped");
    return;
  }
  Tape<double> tape;
  save_numpy(tape, network_loss(), folder / "network.py");
  const std::string text = base::read_file("test", folder / "network.py", "a text");
  CAPTURE(text);
  const Ran network = run_python(folder / "network.py");
  CHECK_MESSAGE(network.status == 0, network.output);
  CHECK(contains(network.output, ": equal to the tape"));
  save_numpy(tape, loss_of_everything(), folder / "everything.py");
  const Ran everything = run_python(folder / "everything.py");
  CHECK_MESSAGE(everything.status == 0, everything.output);
  save_numpy(tape, loss_of_branches(), folder / "branches.py");
  const Ran branches = run_python(folder / "branches.py");
  CHECK_MESSAGE(branches.status == 0, branches.output);
  {
    Tape<double> inner;
    save_numpy(inner, loss_of_branches_twice(inner), folder / "twice.py");
  }
  const Ran twice = run_python(folder / "twice.py");
  CHECK_MESSAGE(twice.status == 0, twice.output);
  save_numpy(tape, loss_of_infinite_rows(), folder / "infinite.py");
  const Ran infinite = run_python(folder / "infinite.py");
  CHECK_MESSAGE(infinite.status == 0, infinite.output);
  base::write_file("test", folder / "wrong.py", with_wrong_digit(text, "W1 = array("));
  const Ran wrong = run_python(folder / "wrong.py");
  CHECK(wrong.status != 0);
  CHECK(contains(wrong.output, "not equal to the tape"));
}

TEST_CASE("both languages know every elementwise function, and the same operations") {
  using explain::Language;
  CHECK(explain::exported_names(Language::cpp) == explain::exported_names(Language::numpy));
  const auto check = [](const auto& function) {
    CAPTURE(function.name);
    CHECK(explain::is_exported(Language::cpp, function.name));
  };
  std::apply([&](const auto&... function) { (check(function), ...); }, UnaryFunctions{});
  std::apply([&](const auto&... function) { (check(function), ...); }, BinaryFunctions{});
}

TEST_CASE("names are spelt in letters, and none is a word of a language") {
  const Var<double> variance = parameter(scalar(2.0), "σ²"), x_hat = parameter(scalar(3.0), "x̂");
  const Var<double> other = parameter(scalar(4.0), "sigma2"), keyword = parameter(scalar(5.0), "int");
  const Var<double> builtin = parameter(scalar(7.0), "len");
  const Var<double> macro = parameter(scalar(8.0), "M_PI"), own = parameter(scalar(9.0), "below");
  Tape<double> tape;
  const Var<double> broken = parameter(scalar(6.0), "two\nlines");
  const Var<double> loss = (variance * x_hat * other * keyword * builtin * broken * macro * own).named("2nd loss");
  const std::string text = numpy_program(tape, loss);
  for (const char* line : {"\nsigma2 = array([], [2.0])  # σ² ()", "\nx_hat = array(", "# two\\x0alines ()", "\nint_",
                           "\nlen_", "\nM_PI_", "\nbelow_", "\nv2nd_loss = ", "\nsigma2_", "\ndsigma2 = "})
    CHECK_MESSAGE(contains(text, line), line << " in\n" << text);
}

TEST_CASE_FIXTURE(Prepared, "a constant of a formula may have the name of an adjoint") {
  const Var<double> x = parameter(Array<double>{1.0, 2.0}, "x");
  Tape<double> tape;
  const Var<double> y = map([](auto u) { return u * Constant{"dz", 2.0} + Constant{"dloss", 3.0}; }, x).named("y");
  const Var<double> z = map([](auto u) { return u * u * Constant{"dx", 0.5}; }, y).named("z");
  save_cpp(tape, sum(z).named("loss"), folder / "names.cpp");
  const Ran ran = run_cpp(folder / "names.cpp");
  CHECK_MESSAGE(ran.status == 0, ran.output);
}

TEST_CASE("what cannot be exported is an error that says so") {
  const Var<double> x = parameter(ones<double>({1, 1, 3, 3}), "x");
  Tape<double> tape;
  const Var<double> columns = unfold(x, {.size = 2});
  const Var<double> loss = sum(columns);
  const std::string refused = error_text([&] { cpp_program(tape, loss); });
  CHECK(contains(refused, "[cpp_program] 'unfold' is not written in C++; expected one of abs, "));
  CHECK(contains(error_text([&] { numpy_program(tape, columns); }), "is no scalar; expected a loss"));
  CHECK(contains(error_text([&] { save_cpp(tape, loss, "out/bn.py"); }), "a file that ends in .cpp"));
  const Var<double> cube =
      record("cube", Array<double>(x.value() * x.value() * x.value()), wrt(x, [x](const Var<double>& g) {
               return Var<double>(Array<double>(3.0 * x.value() * x.value() * g.value()));
             }));
  CHECK(contains(error_text([&] { cpp_program(tape, sum(cube)); }), "the formula of dx is unknown"));
  const Var<double> own = record("mine", x.value(), wrt(x, [](const Var<double>& g) { return g; }));
  const Var<double> of_own = sum(own);
  CHECK(
      contains(error_text([&] { cpp_program(tape, of_own); }), "[cpp_program] the function 'mine' is not one of the"));
  CHECK(contains(error_text([&] { numpy_program(tape, of_own); }), "instead of `record` or a primitive"));
  const Var<double> large = parameter(ones<double>({200001}), "x");
  CHECK(contains(error_text([&] { cpp_program(tape, sum(large)); }), "more than 200000 elements in all"));
}
