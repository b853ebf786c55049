#include <autograd/base/error.hpp>
#include <autograd/base/text.hpp>

namespace wengert {

void fail(std::string_view operation, std::string_view text) {
  throw Error(base::printable(fmt::format("[{}] {}", operation, text)));  // a name of a file may hold anything
}

}  // namespace wengert
