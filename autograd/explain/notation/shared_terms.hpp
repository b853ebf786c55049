#pragma once

#include <autograd/numbers/symbol.hpp>

namespace wengert::explain {

/// A part of a formula that has been given a name.
struct SharedTerm {
  Symbol name;
  Symbol formula;
};

/// A formula in which every part that occurs several times has a name: t5, t6, ... if `first` is 5. Each term uses
/// those before it alone.
struct SharedTerms {
  std::vector<SharedTerm> terms;
  Symbol formula;
};

/// Takes a formula apart if it would be long; a short one stays as it is.
SharedTerms shared_terms(const Symbol& formula, std::size_t first = 1);

}  // namespace wengert::explain
