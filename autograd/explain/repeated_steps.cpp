#include <autograd/explain/notation/form.hpp>
#include <autograd/explain/repeated_steps.hpp>

#include <set>

namespace wengert::explain {
namespace {

constexpr std::size_t fewest_steps = 4;
constexpr std::size_t longest_step = 64;  // lines

/// A name taken apart around its last number: h20, h₂₀, v3, μ(h2).
struct NumberedName {
  std::string before;
  std::ptrdiff_t number = 0;
  std::string after;
};

std::optional<int> digit_of(const std::string& character) {
  if (character.size() == 1 && character[0] >= '0' && character[0] <= '9') return character[0] - '0';
  const std::vector<std::string>& lowered = symbols::subscript_digits();
  const auto found = std::find(lowered.begin(), lowered.end(), character);
  return found == lowered.end() ? std::nullopt : std::make_optional(static_cast<int>(found - lowered.begin()));
}

std::optional<NumberedName> numbered(const std::string& name) {
  constexpr std::ptrdiff_t most_digits = 9;
  const std::vector<std::string> characters = symbols::characters(name);
  const auto is_digit = [](const std::string& character) { return digit_of(character).has_value(); };
  const auto last = std::find_if(characters.rbegin(), characters.rend(), is_digit);
  const auto first = std::find_if_not(last, characters.rend(), is_digit);
  if (last == first || first - last > most_digits) return std::nullopt;
  if (first - last > 1 && digit_of(*std::prev(first)) == 0) return std::nullopt;  // h05 is no h_t
  NumberedName result;
  for (auto it = characters.begin(); it != first.base(); ++it) result.before += *it;
  for (auto it = first.base(); it != last.base(); ++it) result.number = 10 * result.number + *digit_of(*it);
  for (auto it = last.base(); it != characters.end(); ++it) result.after += *it;
  return result;
}

std::optional<std::ptrdiff_t> difference(const std::string& name, const std::string& next) {
  if (name == next) return 0;
  const std::optional<NumberedName> a = numbered(name), b = numbered(next);
  if (!a || !b || a->before != b->before || a->after != b->after) return std::nullopt;
  return b->number - a->number;
}

/// How the names of one step become those of the next.
class Succession {
 public:
  struct Change {
    std::string name;
    std::string next;
    std::ptrdiff_t by;
  };

  /// Whether the lines say the same as others but for numbers of names.
  bool matches(std::span<const AdjointLine> step, std::span<const AdjointLine> next) {
    for (std::size_t k = 0; k < step.size(); ++k) {
      const AdjointLine &a = step[k], &b = next[k];
      const bool same_kind = a.accumulates == b.accumulates && a.shape == b.shape && a.note == b.note;
      if (!same_kind || !becomes(a.target, b.target) || !becomes(a.variable, b.variable) ||
          !becomes(a.formula, b.formula))
        return false;
    }
    return true;
  }

  /// Whether the names go on as they did one step before.
  bool continues(const Succession& before) const {
    return changes_.size() == before.changes_.size() &&
           std::all_of(before.changes_.begin(), before.changes_.end(), [this](const Change& change) {
             const auto place = places_.find(change.next);
             return place != places_.end() && changes_[place->second].by == change.by;
           });
  }

  const std::vector<Change>& changes() const { return changes_; }
  const Change* change_of(const std::string& name) const {
    const auto place = places_.find(name);
    return place == places_.end() ? nullptr : &changes_[place->second];
  }

 private:
  bool becomes(const std::string& name, const std::string& next) {
    const auto [place, is_new] = places_.emplace(name, changes_.size());
    if (!is_new) return changes_[place->second].next == next;
    const std::optional<std::ptrdiff_t> by = difference(name, next);
    changes_.push_back({name, next, by.value_or(0)});
    return by.has_value();
  }

  bool becomes(const Symbol& part, const Symbol& next) {
    if (!seen_.emplace(part.node(), next.node()).second) return true;
    if (part.kind() != next.kind()) return false;
    if (part.kind() == Symbol::Kind::name) return becomes(part.name(), next.name());
    const std::vector<Symbol>&x = part.operands(), &y = next.operands();
    if (part.name() != next.name() || part.attributes() != next.attributes() || x.size() != y.size()) return false;
    if (part.kind() == Symbol::Kind::number && !same(part, next)) return false;
    for (std::size_t k = 0; k < x.size(); ++k) {
      if (!becomes(x[k], y[k])) return false;
    }
    return true;
  }

  std::vector<Change> changes_;  // by name, in the order in which they are read
  std::map<std::string, std::size_t> places_;
  std::set<std::pair<const void*, const void*>> seen_;
};

/// Steps of `length` lines from the beginning of `lines` on.
struct Steps {
  std::size_t length = 0;
  std::size_t count = 0;
  Succession succession;

  std::size_t lines() const { return length * count; }
};

Steps steps_of(std::span<const AdjointLine> lines, std::size_t length) {
  Steps steps{length, 1, {}};
  Succession before;
  for (; (steps.count + 1) * length <= lines.size(); ++steps.count) {
    Succession next;
    const std::size_t begin = (steps.count - 1) * length;
    if (!next.matches(lines.subspan(begin, length), lines.subspan(begin + length, length))) break;
    if (steps.count > 1 && !next.continues(before)) break;
    if (steps.count == 1) steps.succession = next;
    before = std::move(next);
  }
  return steps;
}

/// The steps that take in the most lines from here on, if there are enough of them.
std::optional<Steps> longest_steps(std::span<const AdjointLine> lines) {
  std::optional<Steps> best;
  for (std::size_t length = 1; length <= std::min(longest_step, lines.size() / fewest_steps); ++length) {
    const AdjointLine &a = lines[0], &b = lines[length];
    if (a.accumulates != b.accumulates || a.shape != b.shape || !difference(a.target, b.target)) continue;
    Steps steps = steps_of(lines, length);
    if (steps.count >= fewest_steps && (!best || steps.lines() > best->lines())) best = std::move(steps);
  }
  return best;
}

/// `2t+1`, `t-3`, `-t+20`.
std::string linear_text(std::ptrdiff_t factor, const std::string& variable, std::ptrdiff_t added) {
  const std::string sign = factor < 0 ? "-" : "",
                    number = std::abs(factor) == 1 ? "" : std::to_string(std::abs(factor));
  const std::string rest = added == 0 ? "" : (added > 0 ? "+" : "") + std::to_string(added);
  return sign + number + variable + rest;
}

std::string variable_for(const Succession& succession) {
  for (const char* variable : {"t", "k", "i"}) {
    if (succession.change_of(variable) == nullptr) return variable;
  }
  std::string variable = "step";
  while (succession.change_of(variable) != nullptr) variable += '_';
  return variable;
}

/// One step, with a variable for the numbers that change. It counts as the first name does that changes by one.
Section section_of(std::span<const AdjointLine> lines, const Steps& steps) {
  const std::vector<Succession::Change>& changes = steps.succession.changes();
  const auto by_one = std::find_if(changes.begin(), changes.end(), [](const auto& c) { return std::abs(c.by) == 1; });
  const bool counts_along = by_one != changes.end();
  const auto count = static_cast<std::ptrdiff_t>(steps.count);
  const std::ptrdiff_t first = counts_along ? numbered(by_one->name)->number : count;
  const std::ptrdiff_t by = counts_along ? by_one->by : -1;
  const StepRange range{variable_for(steps.succession), first, first + by * (count - 1)};
  const auto rename = [&](const std::string& name) {
    const Succession::Change* change = steps.succession.change_of(name);
    if (change == nullptr || change->by == 0) return name;
    NumberedName parts = *numbered(name);
    const std::ptrdiff_t factor = change->by * by;
    const std::string index = linear_text(factor, range.variable, parts.number - factor * first);
    if (parts.before.ends_with('_')) parts.before.pop_back();
    return parts.before + "_" + (index == range.variable ? index : "{" + index + "}") + parts.after;
  };
  Section section{{lines.begin(), lines.begin() + static_cast<std::ptrdiff_t>(steps.length)}, range};
  for (AdjointLine& line : section.lines) {
    line.target = rename(line.target);
    line.variable = rename(line.variable);
    line.formula = line.formula.renamed(rename);
  }
  return section;
}

}  // namespace

std::vector<Section> sections(const std::vector<AdjointLine>& lines) {
  std::vector<Section> result;
  std::span<const AdjointLine> rest(lines);
  while (!rest.empty()) {
    if (const std::optional<Steps> steps = longest_steps(rest)) {
      result.push_back(section_of(rest, *steps));
      rest = rest.subspan(steps->lines());
      continue;
    }
    if (result.empty() || result.back().range) result.emplace_back();
    result.back().lines.push_back(rest.front());
    rest = rest.subspan(1);
  }
  return result;
}

}  // namespace wengert::explain
