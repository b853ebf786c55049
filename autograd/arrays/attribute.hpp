#pragma once

#include <autograd/arrays/shape.hpp>

#include <cstdint>
#include <memory>
#include <variant>

namespace wengert {

/// Places along an axis, such as the labels of a batch.
using Indices = std::vector<std::size_t>;

/// Places in an array, counted from its beginning; as there may be millions, they are shared and not copied.
using SharedPlaces = std::shared_ptr<const std::vector<std::uint32_t>>;

/// What an operation is told beside its operands: axes, a shape, indices, places, a number, a choice or a text.
using Attribute = std::variant<Axes, Shape, Indices, SharedPlaces, std::size_t, double, bool, std::string>;

struct NamedAttribute {
  std::string name;
  Attribute value;

  friend bool operator==(const NamedAttribute&, const NamedAttribute&) = default;
};
using Attributes = std::vector<NamedAttribute>;

/// The attribute of that name and type, or null.
template <class Value>
const Value* find_attribute(const Attributes& attributes, std::string_view name) {
  for (const NamedAttribute& attribute : attributes) {
    if (attribute.name == name) return std::get_if<Value>(&attribute.value);
  }
  return nullptr;
}

/// `{0, 2}`, `(8, 3)`, `0.5`, `true`; indices as a list, of a long one the first and the last: `[1, 0, ..., 2]`.
std::string to_string(const Attribute& value);

}  // namespace wengert
