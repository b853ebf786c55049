#include <autograd/explain/names.hpp>
#include <autograd/explain/notation/form.hpp>

#include <fmt/format.h>

#include <atomic>
#include <charconv>

namespace wengert::explain {
namespace {

std::atomic<std::uint64_t> last_program{0};

std::shared_ptr<const Array<double>> value_of(const Var<double>& x) {
  const auto holder = std::make_shared<const Var<double>>(x);
  return {holder, &holder->value()};
}
std::shared_ptr<const Array<double>> value_of(const Var<float>& x) {
  return std::make_shared<const Array<double>>(cast<double>(x.value()));
}

/// The number as it is written, in double: 0.1f is 0.1.
template <class T>
double as_written(T x) {
  const std::string text = fmt::format("{}", x);
  double number = 0.0;
  std::from_chars(text.data(), text.data() + text.size(), number);  // of every locale and size, unlike std::stod
  return number;
}

bool equal_arrays(const Array<double>& a, const Array<double>& b) { return a.shape() == b.shape() && a == b; }

}  // namespace

std::string UniqueNames::operator()(std::string name, std::size_t number) {
  while (!taken_.insert(name).second) name += "_" + std::to_string(number);
  return name;
}

std::string slot_name(const std::string& own, std::size_t slot) {
  return own.empty() ? "v" + std::to_string(slot) : own;
}

template <class T>
Names<T>::Names(const Tape<T>& tape) : program_(++last_program) {
  for (std::size_t slot = 0; slot < tape.size(); ++slot)
    variables_.push_back(unique_(slot_name(tape.entry(slot).output.name(), slot), slot));
  for (std::size_t slot = 0; slot < tape.size(); ++slot) {
    for (const Operand<T>& operand : tape.entry(slot).operands) {
      if (operand.is_constant()) constant(operand.var);  // numbered in the order of the tape
    }
  }
  seed_ = unique_("cotangent", tape.size());
}

template <class T>
Symbol Names<T>::variable(std::size_t slot) const {
  return Symbol::variable(variables_[slot], identity(3 * slot));
}

template <class T>
Symbol Names<T>::adjoint(std::size_t slot) {
  std::string& name = adjoints_[slot];
  if (name.empty()) {
    const std::string& of = variables_[slot];
    const bool is_sum = symbols::binding_of_name(of) < symbols::Binding::product;
    name = unique_(is_sum ? "d(" + of + ")" : "d" + of, slot);
  }
  return Symbol::variable(name, identity(3 * slot + 1));
}

template <class T>
Symbol Names<T>::operand(const Operand<T>& operand) {
  return operand.is_constant() ? constant(operand.var) : variable(operand.slot);
}

template <class T>
Symbol Names<T>::constant(const Var<T>& x) {
  if (x.name().empty() && x.rank() == 0) return Symbol(as_written(x.item()));
  alive_.push_back(x);
  return constant_symbol(x.name(), x.identity(), value_of(x));
}

/// Constants of one name and one value are one constant.
template <class T>
Symbol Names<T>::constant_symbol(const std::string& name, const void* address,
                                 std::shared_ptr<const Array<double>> value) {
  if (const auto found = places_.find(address); found != places_.end()) return constants_[found->second].symbol;
  const auto is_it = [&](const NamedConstant& known) {
    return !name.empty() && known.name == name && equal_arrays(*known.symbol.constant(), *value);
  };
  const auto known = std::find_if(constants_.begin(), constants_.end(), is_it);
  const auto place = static_cast<std::size_t>(known - constants_.begin());
  if (known == constants_.end()) {
    const std::string text = unique_(name.empty() ? "c" + std::to_string(place + 1) : name, place + 1);
    constants_.push_back({Symbol::variable(text, identity(3 * place + 2), std::move(value)), name});
  }
  if (address != nullptr) places_.emplace(address, place);
  return constants_[place].symbol;
}

template <class T>
Symbol Names<T>::formula(const Entry<T>& entry) {
  std::vector<Symbol> operands;
  for (const Operand<T>& operand : entry.operands) operands.push_back(this->operand(operand));
  return with_unique_constants(entry.operation->formula(operands));
}

template <class T>
Symbol Names<T>::with_unique_constants(const Symbol& formula) {
  return formula.replaced([this](const Symbol& part) -> std::optional<Symbol> {
    if (part.kind() != Symbol::Kind::name || part.identity() != 0 || !part.constant()) return std::nullopt;
    return constant_symbol(part.name(), nullptr, part.constant());
  });
}

template <class T>
std::vector<std::string> slot_names(const Tape<T>& tape) {
  const Names<T> names(tape);
  std::vector<std::string> result;
  for (std::size_t slot = 0; slot < tape.size(); ++slot) result.push_back(names.variable(slot).name());
  return result;
}

template class Names<float>;
template class Names<double>;
template std::vector<std::string> slot_names(const Tape<float>&);
template std::vector<std::string> slot_names(const Tape<double>&);

}  // namespace wengert::explain
