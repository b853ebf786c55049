// From derived gradients to their closed forms, step by step, each step measured against the tape.
#include <autograd/autograd.hpp>
#include <autograd/check/compare.hpp>
#include <autograd/explain/closed_form/rules.hpp>

using namespace wengert;
using namespace wengert::explain;

namespace {

/// The gradient of one variable as a formula that is rewritten.
class Derivation {
 public:
  Derivation(Tape<double>& tape, const Var<double>& loss, const Var<double>& x)
      : gradient_(tape.gradient(loss, {x}).front()), program_(adjoint_program(tape, loss)), values_(values_of(tape)) {
    values_.merge(program_.run(values_));
  }

  /// The contributions to an adjoint, added up.
  Symbol adjoint(const std::string& name) const {
    Symbol total = 0.0;
    for (const AdjointLine& line : program_.lines()) {
      if (line.target == name) total = total + line.formula;
    }
    return total;
  }

  /// What has that name in the formulas.
  Symbol named(const std::string& name) const {
    std::optional<Symbol> found;
    for (const AdjointLine& line : program_.lines()) {
      line.formula.replaced([&](const Symbol& part) -> std::optional<Symbol> {
        if (part.kind() == Symbol::Kind::name && part.name() == name) found = part;
        return std::nullopt;
      });
    }
    return found.value();
  }

  /// Gives a product, or what else a formula says, a name.
  Symbol define(const std::string& name, const Symbol& formula) {
    values_.insert_or_assign(name, evaluate(formula, values_));
    return Symbol(name);
  }

  void begin(const char* title) const {
    fmt::print("{}, as it is derived:\n{}\n", title, program_.text());
    fmt::print("Each step, and how far it is from the tape's gradient, beside the largest element of that:\n");
  }
  void step(const char* why, const Symbol& formula) {
    fmt::print("{:.12f}  {}\n                {}\n", difference(formula), why, text(formula));
  }
  void end(const char* why, const Symbol& formula) const {
    fmt::print("{:.12f}  no step, and the difference shows it: {}\n\n", difference(formula), why);
  }

  const Values& values() const { return values_; }

 private:
  double difference(const Symbol& formula) const {
    const double largest = std::max(*std::max_element(gradient_.begin(), gradient_.end()),
                                    -*std::min_element(gradient_.begin(), gradient_.end()));
    return compare("gradient", evaluate(formula, values_), gradient_).max_difference / largest;
  }

  Array<double> gradient_;
  AdjointProgram program_;
  Values values_;
};

void normalisation(const char* title, const char* file, const Axes& axes, double n) {
  Generator generator(1);
  const Var x = parameter(generator.normal<double>({8, 3}, 2.0, 3.0), "x");
  const Var gamma = parameter(Array<double>{1.0, 0.5, 2.0}, "γ");
  const Var beta = parameter(Array<double>{0.0, 1.0, -1.0}, "β");
  const Var w = Var(generator.normal<double>({8, 3})).named("w");
  Tape<double> tape;
  const Var y = normalise(x, moments(x, axes), gamma, beta, 0.01).named("y");
  const Var loss = sum(y * w).named("ℓ");
  Derivation d(tape, loss, x);
  d.begin(title);

  const Symbol centred = d.named("x") - d.named("μ"), r = rsqrt(d.named("σ²") + d.named("ε"));
  const Symbol x_hat = d.define("x̂", centred * r);
  const auto group = [&](const char* f, const Symbol& of) {
    return Symbol::call(f, {of}, {{"axes", axes}, {"keep_dims", true}});
  };
  Symbol dx = d.adjoint("dx");
  d.step("the three contributions to dx, added up", dx);
  d.step("dμ put in", dx = substituted(dx, d.named("dμ"), d.adjoint("dμ")));
  d.step("what is the same for a whole group comes out of its sum", dx = out_of_sums(dx, d.values()));
  d.step("the sum of x - μ is zero", dx = substituted(dx, group("sum", centred), 0.0));
  d.step("dσ² put in", dx = substituted(dx, d.named("dσ²"), d.adjoint("dσ²")));
  d.step("(x - μ) · rsqrt(σ² + ε) is x̂", dx = with_name(dx, centred * r, x_hat));
  d.step("what is the same for a whole group comes out of its sum", dx = out_of_sums(dx, d.values()));
  d.step("what came out makes another x̂", dx = with_name(dx, centred * r, x_hat));
  d.step("a sum over a group, divided by its size, is a mean", dx = with_means(dx, n));
  d.step("the common factors come out", dx = factored(dx));
  const Symbol g = axes == Axes{0} ? d.named("dy") : d.named("γ") * d.named("dy");
  d.end("what comes from above has a mean", substituted(dx, group("mean", g), 0.0));
  save_cpp(tape, loss, fmt::format("out/{}.cpp", file));
  save_numpy(tape, loss, fmt::format("out/{}.py", file));
}

void cross_entropy() {
  Generator generator(2);
  const Var z = parameter(generator.normal<double>({4, 3}), "z");
  const Var t = Var(one_hot<double>({0, 2, 1, 2}, 3)).named("t");
  Tape<double> tape;
  const Var log_p = log_softmax(z, {1}).named("λ");
  const auto formula = [](const auto& l, const auto& target) { return -(target * l) / 4.0; };
  Derivation d(tape, sum(every_axis, Dims::drop, formula, log_p, t).named("ℓ"), z);
  d.begin("Softmax and cross-entropy");

  const Symbol p = d.define("p", exp(d.named("λ")));
  const Symbol of_row = Symbol::call("sum", {d.named("t")}, {{"axes", Axes{1}}, {"keep_dims", true}});
  Symbol dz = d.adjoint("dz");
  d.step("the only contribution to dz", dz);
  d.step("dλ put in", dz = substituted(dz, d.named("dλ"), d.adjoint("dλ")));
  d.step("what is the same for a whole row comes out of its sum", dz = out_of_sums(dz, d.values()));
  d.step("the targets of a row add up to one", dz = substituted(dz, of_row, 1.0));
  d.step("the adjoint of the loss itself is one", dz = substituted(dz, d.named("dℓ"), 1.0));
  d.step("the exponential of log_softmax is softmax, p", dz = substituted(dz, exp(d.named("λ")), p));
  d.step("the common factors come out", dz = factored(dz));
  d.end("probabilities count", substituted(dz, p, 0.0));
}

}  // namespace

int main() {
  normalisation("Batch norm", "batch_norm", {0}, 8.0);
  normalisation("Layer norm", "layer_norm", {1}, 3.0);
  cross_entropy();
  fmt::print("Programs that say whether they equal the tape: out/batch_norm.cpp, .py, out/layer_norm.cpp, .py\n");
}
