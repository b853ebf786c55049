#include <autograd/base/text.hpp>
#include <autograd/tape/scope.hpp>

#include <utility>

namespace wengert {
namespace {

thread_local const Scope* current_scope = nullptr;
thread_local std::uint64_t last_number = 0;

}  // namespace

Scope::Scope(std::string name)
    : outer_(std::exchange(current_scope, this)),
      path_((outer_ == nullptr ? "" : outer_->path_ + "/") + base::printable(name)),
      number_(++last_number) {}

Scope::~Scope() {
  const Scope** place = &current_scope;
  while (*place != nullptr && *place != this) place = &(*place)->outer_;
  if (*place == this) *place = outer_;
}

const Scope* Scope::innermost() { return current_scope; }

}  // namespace wengert
