#include <autograd/base/not_finite.hpp>
#include <optim/clip.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace wengert::optim {
namespace {

void require_positive(std::string_view operation, const char* name, double value) {
  require(value > 0.0, operation, "{} is {}; expected a positive number", name, value);
}

template <class T>
double sum_of_squares(const Array<T>& array) {
  const auto square = [](T x) { return static_cast<double>(x) * static_cast<double>(x); };
  return std::transform_reduce(array.data(), array.data() + array.size(), 0.0, std::plus<>(), square);
}

template <class T>
double norm_of_gradients(const std::vector<Var<T>>& parameters) {
  double squares = 0.0;
  for (const Var<T>& p : parameters) {
    if (!p.has_grad()) continue;
    squares += sum_of_squares(p.grad());
    if (std::isfinite(squares)) continue;
    throw NotFinite(fmt::format(
        "[clip_by_norm] the gradient of {} has elements that are NaN, infinite or too large to square; look for the "
        "operation that made them, or lower the learning rate",
        described(p)));
  }
  return std::sqrt(squares);
}

/// Replaces the elements g of all gradients by f(g).
template <class T, class F>
void change_gradients(const std::vector<Var<T>>& parameters, const F& f) {
  for (const Var<T>& p : parameters) {
    if (!p.has_grad()) continue;
    Array<T> changed = p.grad();
    std::transform(changed.data(), changed.data() + changed.size(), changed.data(), f);
    p.set_grad(std::move(changed));
  }
}

}  // namespace

template <class T>
double clip_by_norm(const std::vector<Var<T>>& parameters, double max_norm) {
  require_positive("clip_by_norm", "max_norm", max_norm);
  const double norm = norm_of_gradients(parameters);
  const double scale = max_norm / (norm + 1e-6);
  if (scale < 1.0) {
    change_gradients(parameters, [scale](T g) { return static_cast<T>(scale * static_cast<double>(g)); });
  }
  return norm;
}

template <class T>
void clip_by_value(const std::vector<Var<T>>& parameters, double limit) {
  require_positive("clip_by_value", "limit", limit);
  const T largest = static_cast<T>(limit);
  change_gradients(parameters, [largest](T g) { return std::clamp(g, -largest, largest); });
}

template double clip_by_norm(const std::vector<Var<float>>& parameters, double max_norm);
template double clip_by_norm(const std::vector<Var<double>>& parameters, double max_norm);
template void clip_by_value(const std::vector<Var<float>>& parameters, double limit);
template void clip_by_value(const std::vector<Var<double>>& parameters, double limit);

}  // namespace wengert::optim
