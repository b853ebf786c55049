#include <autograd/check/derivatives.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/movement.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/tape.hpp>

#include <optional>

namespace wengert {
namespace {

/// A function recorded on a tape of its own, at copies of the inputs or at the parameters themselves.
template <class T>
struct Recording {
  Tape<T> tape;
  std::vector<Var<T>> inputs;
  std::optional<Var<T>> y;

  Recording(std::string_view operation, const Function<T>& f, const std::vector<Var<T>>& originals) {
    for (const Var<T>& x : originals) inputs.push_back(parameter(x.value(), x.name()));
    run(operation, f);
  }
  Recording(std::string_view operation, const FunctionInPlace<T>& f, const std::vector<Var<T>>& parameters)
      : inputs(parameters) {
    for (const Var<T>& x : inputs) {
      require(x.is_parameter(), operation, "{} is no parameter; expected those that the function reads", described(x));
    }
    run(operation, [&f](const std::vector<Var<T>>&) { return f(); });
  }

  /// Whether f(x) depends on the inputs at all.
  bool depends() const { return tape.has(*y); }

 private:
  void run(std::string_view operation, const Function<T>& f) {
    require(!NoRecord::active(), operation,
            "nothing is recorded while a NoRecord is in scope; call it outside of that");
    for (const Var<T>& x : inputs) reshape(x, x.shape());  // puts it on the tape even if f does not use it
    y = f(inputs);
  }
};

template <class T>
void require_shapes(std::string_view operation, const std::vector<Var<T>>& inputs,
                    const std::vector<Array<T>>& vectors) {
  require(inputs.size() == vectors.size(), operation,
          "got {} inputs and {} vectors; expected one vector for each input", inputs.size(), vectors.size());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    const std::string name = inputs[k].name().empty() ? fmt::format("input {}", k) : "'" + inputs[k].name() + "'";
    require(inputs[k].shape() == vectors[k].shape(), operation, "{} has shape {}, but its vector has shape {}", name,
            inputs[k].shape(), Shape(vectors[k].shape()));
  }
}

/// sum_k a_k · v_k as one recorded scalar.
template <class T>
Var<T> inner_product(const std::vector<Var<T>>& a, const std::vector<Array<T>>& v) {
  Var<T> total(0.0);
  for (std::size_t k = 0; k < a.size(); ++k) total = total + sum(a[k] * Var<T>(v[k]));
  return total;
}

template <class T>
Array<T> jvp_of(const auto& f, const std::vector<Var<T>>& inputs, const std::vector<Array<T>>& tangents) {
  require_shapes("jvp", inputs, tangents);
  Recording<T> at("jvp", f, inputs);
  if (!at.depends()) return zeros<T>(at.y->shape());
  const Var<T> cotangent = parameter(zeros<T>(at.y->shape()), "cotangent");
  const Var<T> projected = inner_product(at.tape.pullback(*at.y, cotangent, at.inputs, recorded), tangents);
  if (!at.tape.has(projected) || !at.tape.has(cotangent)) return zeros<T>(at.y->shape());
  return at.tape.gradient(projected, {cotangent}).front();
}

template <class T>
std::vector<Array<T>> hvp_of(const auto& f, const std::vector<Var<T>>& inputs, const std::vector<Array<T>>& vectors) {
  require_shapes("hvp", inputs, vectors);
  Recording<T> at("hvp", f, inputs);
  require(at.y->size() == 1, "hvp", "the function returned shape {}; expected a scalar", at.y->shape());
  if (at.depends()) {
    const Var<T> slope = inner_product(at.tape.gradient(*at.y, at.inputs, recorded), vectors);
    if (at.tape.has(slope)) return at.tape.gradient(slope, at.inputs);
  }
  std::vector<Array<T>> nothing;
  for (const Var<T>& x : inputs) nothing.push_back(zeros<T>(x.shape()));
  return nothing;
}

template <class T>
std::vector<Array<T>> jacobians_of(const auto& f, const std::vector<Var<T>>& inputs) {
  Recording<T> at("jacobians", f, inputs);
  std::vector<Array<T>> result;
  for (const Var<T>& x : inputs) {
    Shape shape = at.y->shape();
    shape.insert(shape.end(), x.shape().begin(), x.shape().end());
    result.push_back(zeros<T>(shape));
  }
  if (!at.depends()) return result;
  Array<T> unit = zeros<T>(at.y->shape());
  for (std::size_t row = 0; row < unit.size(); ++row) {
    unit.data()[row] = T(1);
    const std::vector<Array<T>> gradients = at.tape.pullback(*at.y, unit, at.inputs);
    unit.data()[row] = T(0);
    for (std::size_t k = 0; k < gradients.size(); ++k) {
      std::copy_n(gradients[k].data(), gradients[k].size(), result[k].data() + row * gradients[k].size());
    }
  }
  return result;
}

}  // namespace

template <class T>
Array<T> jvp(const std::type_identity_t<Function<T>>& f, const std::vector<Var<T>>& inputs,
             const std::vector<Array<T>>& tangents) {
  return jvp_of(f, inputs, tangents);
}

template <class T>
Array<T> jvp(const std::type_identity_t<FunctionInPlace<T>>& f, const std::vector<Var<T>>& parameters,
             const std::vector<Array<T>>& tangents) {
  return jvp_of(f, parameters, tangents);
}

template <class T>
std::vector<Array<T>> hvp(const std::type_identity_t<Function<T>>& f, const std::vector<Var<T>>& inputs,
                          const std::vector<Array<T>>& vectors) {
  return hvp_of(f, inputs, vectors);
}

template <class T>
std::vector<Array<T>> hvp(const std::type_identity_t<FunctionInPlace<T>>& f, const std::vector<Var<T>>& parameters,
                          const std::vector<Array<T>>& vectors) {
  return hvp_of(f, parameters, vectors);
}

template <class T>
std::vector<Array<T>> jacobians(const std::type_identity_t<Function<T>>& f, const std::vector<Var<T>>& inputs) {
  return jacobians_of(f, inputs);
}

template <class T>
std::vector<Array<T>> jacobians(const std::type_identity_t<FunctionInPlace<T>>& f,
                                const std::vector<Var<T>>& parameters) {
  return jacobians_of(f, parameters);
}

template Array<float> jvp<float>(const Function<float>&, const std::vector<Var<float>>&,
                                 const std::vector<Array<float>>&);
template std::vector<Array<float>> hvp<float>(const Function<float>&, const std::vector<Var<float>>&,
                                              const std::vector<Array<float>>&);
template std::vector<Array<float>> jacobians<float>(const Function<float>&, const std::vector<Var<float>>&);
template Array<float> jvp<float>(const FunctionInPlace<float>&, const std::vector<Var<float>>&,
                                 const std::vector<Array<float>>&);
template std::vector<Array<float>> hvp<float>(const FunctionInPlace<float>&, const std::vector<Var<float>>&,
                                              const std::vector<Array<float>>&);
template std::vector<Array<float>> jacobians<float>(const FunctionInPlace<float>&, const std::vector<Var<float>>&);
template Array<double> jvp<double>(const Function<double>&, const std::vector<Var<double>>&,
                                   const std::vector<Array<double>>&);
template std::vector<Array<double>> hvp<double>(const Function<double>&, const std::vector<Var<double>>&,
                                                const std::vector<Array<double>>&);
template std::vector<Array<double>> jacobians<double>(const Function<double>&, const std::vector<Var<double>>&);
template Array<double> jvp<double>(const FunctionInPlace<double>&, const std::vector<Var<double>>&,
                                   const std::vector<Array<double>>&);
template std::vector<Array<double>> hvp<double>(const FunctionInPlace<double>&, const std::vector<Var<double>>&,
                                                const std::vector<Array<double>>&);
template std::vector<Array<double>> jacobians<double>(const FunctionInPlace<double>&, const std::vector<Var<double>>&);

}  // namespace wengert
