#include <autograd/check/gradcheck/subject.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/tape/tape.hpp>

#include <cmath>

namespace wengert::gradients {
namespace {

/// One call of a function, on a tape of its own.
struct Call {
  Tape<double> tape;
  std::vector<Var<double>> inputs;
  Var<double> y;

  Call(const Subject& subject, const std::vector<Array<double>>& values) : y(0.0) {
    for (std::size_t k = 0; k < values.size(); ++k) {
      const bool in_place = k < subject.places.size();
      inputs.push_back(in_place ? subject.places[k] : parameter(values[k], subject.names[k]));
      if (in_place) inputs.back().set_value(values[k]);
      reshape(inputs.back(), inputs.back().shape());  // puts it on the tape even if f does not use it
    }
    y = subject.f(inputs);
  }
};

/// The largest finite magnitude among the values and constants on a tape.
double largest_on(const Tape<double>& tape) {
  double largest = 0;
  const auto look_at = [&largest](const Array<double>& array) {
    for (double x : std::span(array.data(), array.size())) {
      if (std::isfinite(x)) largest = std::max(largest, std::abs(x));
    }
  };
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    look_at(tape.entry(slot).output.value());
    for (const Operand<double>& operand : tape.entry(slot).operands) {
      if (operand.is_constant()) look_at(operand.var.value());
    }
  }
  return largest;
}

/// Variables behind one another as one vector.
Var<double> flattened(const std::vector<Var<double>>& parts) {
  std::vector<Var<double>> flat;
  for (const Var<double>& part : parts) flat.push_back(reshape(part, {part.size()}));
  return concat(flat, 0);
}

}  // namespace

Subject::Subject(Function<double> function, const std::vector<Var<double>>& inputs)
    : stopped(std::make_shared<Stopped>()) {
  f = [function = std::move(function), stopped = stopped](const std::vector<Var<double>>& x) {
    const HeldValues<double> held(stopped->values, stopped->is_first_run);
    return function(x);
  };
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    values.push_back(inputs[k].value());
    names.push_back(inputs[k].name().empty() ? fmt::format("input {}", k) : inputs[k].name());
  }
}

Array<double> Subject::evaluate() const {
  stopped->is_first_run = true;
  Array<double> y = Call(*this, values).y.value();
  stopped->is_first_run = false;
  return y;
}

Array<double> Subject::evaluate(std::size_t input, std::size_t element, double x) const {
  std::vector<Array<double>> moved = values;
  moved[input].data()[element] = x;
  return Call(*this, moved).y.value();
}

TapeGradient Subject::differentiate(const Array<double>& cotangent) const {
  Call call(*this, values);
  TapeGradient result{call.y.value(), {}, largest_on(call.tape)};
  if (call.tape.has(call.y)) {
    result.gradients = call.tape.pullback(call.y, cotangent, call.inputs);
  } else {
    for (const Array<double>& value : values) result.gradients.push_back(zeros<double>(value.shape()));
  }
  return result;
}

Subject Subject::gradient(const Array<double>& cotangent) const {
  Subject result = *this;
  result.values.push_back(cotangent);
  result.names.push_back("cotangent");
  result.f = [f = f](const std::vector<Var<double>>& all) {
    const std::vector<Var<double>> x(all.begin(), all.end() - 1);
    const Var<double> y = f(x);
    Tape<double>& tape = *Tape<double>::recording();
    if (tape.has(y)) return flattened(tape.pullback(y, all.back(), x, recorded));
    std::vector<Var<double>> nothing;
    for (const Var<double>& input : x) nothing.emplace_back(zeros<double>(input.shape()));
    return flattened(nothing);
  };
  return result;
}

}  // namespace wengert::gradients
