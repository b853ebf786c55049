#include <autograd/explain/exports/definitions.hpp>
#include <autograd/explain/exports/reserved.hpp>

#include <sstream>

namespace wengert::explain {
namespace {

constexpr const char* words =
    // C++
    "alignas alignof and asm assert auto bool break case catch char class compl concept const consteval constexpr "
    "constinit continue decltype default delete do double else enum errno explicit export extern false float for "
    "friend "
    "goto if inline int long main mutable namespace new noexcept not nullptr operator or private protected public "
    "register requires return short signed sizeof static std struct switch template this throw true try typedef typeid "
    "typename union unsigned using virtual void volatile while xor EOF HUGE_VAL INFINITY NAN NULL unix linux "
    "M_1_PI M_2_PI M_2_SQRTPI M_E M_LN10 M_LN2 M_LOG10E M_LOG2E M_PI M_PI_2 M_PI_4 M_SQRT1_2 M_SQRT2 MAXFLOAT "
    // Python
    "as async await def del elif except finally from global import in is lambda nonlocal pass raise with yield None "
    "True "
    "False len math np print range sys tuple "
    // what every program defines
    "Array Axes Numbers Sizes array axis_of around below common compare compared convolution count different each "
    "exp_below filled largest place reduce verdict";

}  // namespace

std::vector<std::string> reserved_words() {
  std::vector<std::string> result;
  std::istringstream text(words);
  for (std::string word; text >> word;) result.push_back(word);
  for (const Language language : {Language::cpp, Language::numpy})
    for (std::string& name : exported_names(language)) result.push_back(std::move(name));
  return result;
}

}  // namespace wengert::explain
