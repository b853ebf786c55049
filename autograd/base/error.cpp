#include <autograd/base/error.hpp>

namespace wengert {

void fail(std::string_view operation, std::string_view text) { throw Error(fmt::format("[{}] {}", operation, text)); }

}  // namespace wengert
