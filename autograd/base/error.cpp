#include <autograd/base/error.hpp>
#include <autograd/base/not_finite.hpp>
#include <autograd/base/text.hpp>
#include <autograd/base/unsigned_nan.hpp>

namespace wengert {

void fail(std::string_view operation, std::string_view text) {
  // A name of a file may hold anything.
  throw Error(base::unsigned_nans(base::printable(fmt::format("[{}] {}", operation, text))));
}

NotFinite::NotFinite(const std::string& text) : Error(base::unsigned_nans(text)) {}

}  // namespace wengert
