#include <autograd/base/not_finite.hpp>
#include <autograd/kernel/finite.hpp>
#include <optim/clip.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <set>

namespace wengert::optim {
namespace {

void require_positive(std::string_view operation, const char* name, double value) {
  require(value > 0.0, operation, "{} is {}; expected a positive number", name, value);
}

/// The parameters that have a gradient, each once.
template <class T>
std::vector<Var<T>> with_gradients(const std::vector<Var<T>>& parameters) {
  std::vector<Var<T>> result;
  std::set<const Array<T>*> gradients;
  for (const Var<T>& p : parameters) {
    if (p.has_grad() && gradients.insert(&p.grad()).second) result.push_back(p);
  }
  return result;
}

/// The largest magnitude of all gradients. Throws a NotFinite if there is one that is not finite.
template <class T>
double largest_magnitude(const std::vector<Var<T>>& parameters) {
  double largest = 0.0;
  for (const Var<T>& p : parameters) {
    if (!all_finite(p.grad())) {
      throw NotFinite(fmt::format(
          "[clip_by_norm] the gradient of {} has elements that are NaN or infinite; look for the operation that made "
          "them, or lower the learning rate",
          described(p)));
    }
    for (const T g : p.grad()) largest = std::max(largest, std::abs(static_cast<double>(g)));
  }
  return largest;
}

/// The root of the sum of squares, in units of about the largest element, so that no square overflows or is lost.
template <class T>
double norm_of_gradients(const std::vector<Var<T>>& parameters) {
  const double largest = largest_magnitude(parameters);
  if (largest == 0.0) return 0.0;
  const double unit = std::ldexp(1.0, std::ilogb(largest));  // a quotient by a power of two is exact
  double squares = 0.0;
  const auto square = [unit](T g) {
    const double x = static_cast<double>(g) / unit;
    return x * x;
  };
  for (const Var<T>& p : parameters) {
    const T* g = p.grad().data();
    squares += std::transform_reduce(g, g + p.grad().size(), 0.0, std::plus<>(), square);
  }
  return unit * std::sqrt(squares);
}

/// Replaces the elements g of all gradients by f(g).
template <class T, class F>
void change_gradients(const std::vector<Var<T>>& parameters, const F& f) {
  for (const Var<T>& p : parameters) {
    Array<T> changed = p.grad();
    std::transform(changed.data(), changed.data() + changed.size(), changed.data(), f);
    p.set_grad(std::move(changed));
  }
}

}  // namespace

template <class T>
double clip_by_norm(const std::vector<Var<T>>& parameters, double max_norm) {
  require_positive("clip_by_norm", "max_norm", max_norm);
  const std::vector<Var<T>> clipped = with_gradients(parameters);
  const double norm = norm_of_gradients(clipped);
  if (!std::isfinite(norm)) throw NotFinite("[clip_by_norm] the norm of the gradients overflows; scale the loss down");
  const double scale = max_norm / (norm + 1e-6);
  if (scale < 1.0) {
    change_gradients(clipped, [scale](T g) { return static_cast<T>(scale * static_cast<double>(g)); });
  }
  return norm;
}

template <class T>
void clip_by_value(const std::vector<Var<T>>& parameters, double limit) {
  require_positive("clip_by_value", "limit", limit);
  const T largest = static_cast<T>(limit);
  change_gradients(with_gradients(parameters), [largest](T g) { return std::clamp(g, -largest, largest); });
}

template double clip_by_norm(const std::vector<Var<float>>& parameters, double max_norm);
template double clip_by_norm(const std::vector<Var<double>>& parameters, double max_norm);
template void clip_by_value(const std::vector<Var<float>>& parameters, double limit);
template void clip_by_value(const std::vector<Var<double>>& parameters, double limit);

}  // namespace wengert::optim
