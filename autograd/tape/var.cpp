#include <autograd/base/text.hpp>
#include <autograd/tape/var.hpp>

#include <bit>
#include <ostream>
#include <span>

namespace wengert {
namespace {

template <class T>
void require_same_shape(std::string_view operation, const Var<T>& x, const Array<T>& array) {
  require(array.shape() == x.shape(), operation, "{} cannot take an array of shape {}; expected the same shape",
          described(x), Shape(array.shape()));
}

/// ` = [1. 2.]`, or below if it takes more than a line.
template <class T>
std::string value_text(const Array<T>& array) {
  const std::string text = to_string(array);
  return (text.find('\n') == std::string::npos ? " = " : " =\n") + text;
}

/// A sum over the bits of all elements in which every place has another weight (FNV-1a, by elements).
template <class T>
std::uint64_t checksum(const Array<T>& array) {
  using Bits = std::conditional_t<sizeof(T) == 4, std::uint32_t, std::uint64_t>;
  std::uint64_t sum = 0xcbf29ce484222325;
  for (const T x : std::span(array.data(), array.size())) sum = (sum ^ std::bit_cast<Bits>(x)) * 0x100000001b3;
  return sum;
}

}  // namespace

template <class T>
Var<T> Var<T>::parameter(Array<T> value, std::string name, SourceLine line) {
  Var result(std::move(value));
  result.state().is_parameter = true;
  return result.named(std::move(name), line);
}

template <class T>
T Var<T>::item() const {
  require(size() == 1, "item", "{} does not have one element; expected a scalar", described(*this));
  return *value().data();
}

template <class T>
Array<T> Var<T>::value() && {
  if (state_.use_count() == 1) return std::move(state().value);
  return state().value;
}

template <class T>
const Array<T>& Var<T>::grad() const& {
  require(has_grad(), "grad",
          "{} has no gradient: it is set by backward(loss) for parameters that the loss depends on; for other "
          "variables use tape.gradient(loss, {{x}})",
          described(*this));
  return *state().grad;
}

template <class T>
void Var<T>::add_grad(Array<T> contribution) const {
  require_same_shape("add_grad", *this, contribution);
  if (!has_grad()) {
    state().grad = std::make_unique<Array<T>>(std::move(contribution));
    return;
  }
  Array<T>& sum = *state().grad;
  std::transform(sum.data(), sum.data() + sum.size(), contribution.data(), sum.data(), std::plus<>());
}

template <class T>
void Var<T>::set_grad(Array<T> gradient) const {
  require_same_shape("set_grad", *this, gradient);
  state().grad = std::make_unique<Array<T>>(std::move(gradient));
}

template <class T>
Var<T> Var<T>::named(std::string name, SourceLine line) const {
  state().name = name.empty() ? nullptr : std::make_unique<const GivenName>(GivenName{base::printable(name), line});
  return *this;
}

template <class T>
const std::string& Var<T>::name() const& {
  static const std::string none;
  return state().name ? state().name->text : none;
}

template <class T>
void Var<T>::set_value(Array<T> value) const {
  require_same_shape("set_value", *this, value);
  state().value = std::move(value);
  ++state().version;
}

template <class T>
Array<T> Var<T>::exchange_value(Array<T> value) const {
  require_same_shape("exchange_value", *this, value);
  std::swap(state().value, value);
  ++state().version;
  return value;
}

template <class T>
std::uint32_t Var<T>::version_of_elements() const {
  const std::uint64_t sum = checksum(state().value);
  return state().version + static_cast<std::uint32_t>(sum ^ (sum >> 32));
}

template <class T>
Array<T>& Var<T>::mutable_value() const {
  ++state().version;
  state().is_exposed = true;
  return state().value;
}

template <class T>
std::string to_string(const Var<T>& x) {
  const char* kind = x.is_parameter() ? "parameter" : x.requires_grad() ? "on a tape" : "constant";
  std::string text =
      fmt::format("{}{}{} {}{}", x.name(), x.name().empty() ? "" : " ", x.shape(), kind, value_text(x.value()));
  if (x.has_grad()) text += (text.find('\n') == std::string::npos ? ", " : "\n") + ("gradient" + value_text(x.grad()));
  return text;
}

template <class T>
std::ostream& operator<<(std::ostream& out, const Var<T>& x) {
  return out << to_string(x);
}

template class Var<float>;
template class Var<double>;
template std::string to_string(const Var<float>&);
template std::string to_string(const Var<double>&);
template std::ostream& operator<<(std::ostream&, const Var<float>&);
template std::ostream& operator<<(std::ostream&, const Var<double>&);

}  // namespace wengert
