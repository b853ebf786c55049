#include <autograd/numbers/terms.hpp>

#include <algorithm>
#include <bit>
#include <unordered_map>
#include <unordered_set>

namespace wengert {

using Kind = Symbol::Kind;

namespace {

bool holds(std::string_view sign, double x, double y) {
  if (sign == "<") return x < y;
  if (sign == "≤") return x <= y;
  if (sign == ">") return x > y;
  if (sign == "≥") return x >= y;
  if (sign == "∧") return x != 0.0 && y != 0.0;
  if (sign == "∨") return x != 0.0 || y != 0.0;
  return x == y;
}

}  // namespace

/// The nodes of this thread that are in use, by their hashes.
class Symbol::Table {
 public:
  /// The node that is equal to this one, or this one.
  std::shared_ptr<const Node> find_or_add(Node node) {
    const std::size_t hash = node.hash();
    auto [place, last] = nodes_.equal_range(hash);
    while (place != last) {
      const std::shared_ptr<const Node> found = place->second.lock();
      if (found && *found == node) return found;
      place = found ? std::next(place) : nodes_.erase(place);  // a name that comes and goes would pile up
    }
    if (nodes_.size() >= limit_) forget_unused();
    auto added = std::make_shared<const Node>(std::move(node));
    nodes_.emplace(hash, added);
    return added;
  }

 private:
  void forget_unused() {
    std::erase_if(nodes_, [](const auto& entry) { return entry.second.expired(); });
    limit_ = std::max<std::size_t>(1024, 2 * nodes_.size());
  }

  std::unordered_multimap<std::size_t, std::weak_ptr<const Node>> nodes_;
  std::size_t limit_ = 1024;
};

bool Symbol::Node::operator==(const Node& other) const {
  const auto same_place = [](const Symbol& a, const Symbol& b) { return a.node_ == b.node_; };
  if (kind != other.kind || identity != other.identity) return false;
  if (identity != 0) return true;
  const bool same_constant =
      constant == other.constant ||
      (constant && other.constant && constant->shape() == other.constant->shape() && *constant == *other.constant);
  return std::bit_cast<std::uint64_t>(value) == std::bit_cast<std::uint64_t>(other.value) && name == other.name &&
         same_constant && attributes == other.attributes &&
         std::equal(operands.begin(), operands.end(), other.operands.begin(), other.operands.end(), same_place);
}

std::size_t Symbol::Node::hash() const {
  std::size_t result = static_cast<std::size_t>(kind);
  const auto mix = [&result](std::size_t part) { result = (result ^ part) * 0x9E3779B97F4A7C15U + (result >> 29U); };
  mix(identity);
  if (identity != 0) return result;
  mix(std::bit_cast<std::uint64_t>(value));
  mix(std::hash<std::string>()(name));
  mix(attributes.size());
  for (const Symbol& operand : operands) mix(std::bit_cast<std::uintptr_t>(operand.node()));
  return result;
}

Symbol::Symbol(Node node) {
  thread_local Table table;
  node_ = table.find_or_add(std::move(node));
}

Symbol::Symbol(double value) : Symbol(Node{.kind = Kind::number, .value = value}) {}
Symbol::Symbol(const Constant& constant)
    : Symbol(Node{.kind = Kind::name,
                  .name = std::string(constant.name),
                  .constant = std::make_shared<const Array<double>>(scalar(constant.value))}) {}
Symbol::Symbol(std::string name) : Symbol(Node{.kind = Kind::name, .name = std::move(name)}) {}

Symbol Symbol::variable(std::string name, std::uint64_t identity, std::shared_ptr<const Array<double>> value) {
  return Symbol(Node{.kind = Kind::name, .name = std::move(name), .identity = identity, .constant = std::move(value)});
}

Symbol Symbol::binary(Kind kind, const Symbol& a, const Symbol& b) {
  return Symbol(Node{.kind = kind, .operands = {a, b}});
}

Symbol Symbol::negated(const Symbol& a) { return Symbol(Node{.kind = Kind::negate, .operands = {a}}); }

/// A comparison of numbers is 1 or 0.
Symbol Symbol::comparison(std::string name, const Symbol& a, const Symbol& b) {
  if (a.kind() == Kind::number && b.kind() == Kind::number) return {holds(name, a.value(), b.value()) ? 1.0 : 0.0};
  return Symbol(Node{.kind = Kind::compare, .name = std::move(name), .operands = {a, b}});
}

Symbol Symbol::replaced(const std::function<std::optional<Symbol>(const Symbol&)>& replace) const {
  std::unordered_map<const void*, Symbol> done;
  const std::function<Symbol(const Symbol&)> visit = [&](const Symbol& part) -> Symbol {
    const auto found = done.find(part.node());
    if (found != done.end()) return found->second;
    std::optional<Symbol> result = replace(part);
    if (!result) {
      Node node = *part.node_;
      for (Symbol& operand : node.operands) operand = visit(operand);
      result = Symbol(std::move(node));
    }
    done.emplace(part.node(), *result);
    return *result;
  };
  return visit(*this);
}

Symbol Symbol::renamed(const std::function<std::string(const std::string&)>& rename) const {
  return replaced([&](const Symbol& part) -> std::optional<Symbol> {
    if (part.kind() != Kind::name) return std::nullopt;
    Node node = *part.node_;
    node.name = rename(node.name);
    node.identity = 0;  // the new name stands for itself
    return Symbol(std::move(node));
  });
}

bool Symbol::is_number(double value) const { return kind() == Kind::number && node_->value == value; }

bool same(const Symbol& a, const Symbol& b) { return a.node_ == b.node_ || *a.node_ == *b.node_; }

bool contains(const Symbol& whole, const Symbol& part) {
  std::unordered_set<const void*> seen;
  const std::function<bool(const Symbol&)> visit = [&](const Symbol& symbol) {
    if (!seen.insert(symbol.node()).second) return false;
    return same(symbol, part) || std::any_of(symbol.operands().begin(), symbol.operands().end(), visit);
  };
  return visit(whole);
}

Symbol operator-(const Symbol& a) { return Symbol(-1.0) * a; }

Symbol operator+(const Symbol& a, const Symbol& b) {
  std::vector<symbols::Term> sum = symbols::sum_of(a);
  for (const symbols::Term& term : symbols::sum_of(b)) symbols::add_term(sum, term);
  return symbols::symbol_of(sum);
}

Symbol operator-(const Symbol& a, const Symbol& b) {
  if (same(a, b)) return {0.0};
  std::vector<symbols::Term> sum = symbols::sum_of(a);
  symbols::add_term(sum, symbols::term_of(-b));
  return symbols::symbol_of(sum);
}

Symbol operator*(const Symbol& a, const Symbol& b) {
  return symbols::symbol_of(symbols::product(symbols::term_of(a), symbols::term_of(b)));
}

Symbol operator/(const Symbol& a, const Symbol& b) {
  return symbols::symbol_of(symbols::product(symbols::term_of(a), symbols::reciprocal(symbols::term_of(b))));
}

Symbol operator<(const Symbol& a, const Symbol& b) { return Symbol::comparison("<", a, b); }
Symbol operator<=(const Symbol& a, const Symbol& b) { return Symbol::comparison("≤", a, b); }
Symbol operator>(const Symbol& a, const Symbol& b) { return Symbol::comparison(">", a, b); }
Symbol operator>=(const Symbol& a, const Symbol& b) { return Symbol::comparison("≥", a, b); }
Symbol equal(const Symbol& a, const Symbol& b) { return Symbol::comparison("=", a, b); }

Symbol operator&&(const Symbol& a, const Symbol& b) { return Symbol::comparison("∧", a, b); }
Symbol operator||(const Symbol& a, const Symbol& b) { return Symbol::comparison("∨", a, b); }
Symbol operator!(const Symbol& a) { return Symbol::call("not", {a}); }

Symbol where(const Symbol& mask, const Symbol& a, const Symbol& b) {
  if (same(a, b)) return a;
  if (mask.kind() == Kind::number) return mask.is_number(0.0) ? b : a;
  return Symbol::call("where", {mask, a, b});
}

}  // namespace wengert
