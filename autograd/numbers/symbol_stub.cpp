#include <autograd/numbers/symbol.hpp>
namespace wengert {
std::string Symbol::latex() const { return text(); }
std::string Symbol::mathml() const { return text(); }
}  // namespace wengert
