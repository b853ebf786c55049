# What a program must not be compiled with is refused in a sentence.
cmake_minimum_required(VERSION 3.22)
file(MAKE_DIRECTORY "${FOLDER}")
list(TRANSFORM INCLUDES PREPEND -I OUTPUT_VARIABLE include_flags)

# Preprocesses lines of C++ with some flags, or checks them; the compiler's complaint holds the sentence, or there is
# none.
set(action -E -o "${FOLDER}/out")
function(expect sentence lines)
  file(WRITE "${FOLDER}/program.cpp" "${lines}\n")
  execute_process(COMMAND "${COMPILER}" -O2 ${ARGN} "-I${SOURCE}" ${include_flags} ${action} "${FOLDER}/program.cpp"
    RESULT_VARIABLE status ERROR_VARIABLE complaint)
  string(FIND "${complaint}" "${sentence}" place)
  if(sentence STREQUAL "" AND NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN} is refused:\n${complaint}")
  elseif(NOT sentence STREQUAL "" AND (status EQUAL 0 OR place EQUAL -1))
    message(FATAL_ERROR "${ARGN}: expected '${sentence}', got:\n${complaint}")
  endif()
endfunction()

set(ours "#include <autograd/autograd.hpp>")
expect("" "${ours}" -std=c++20)
expect("" "${ours}" -std=c++20 -fno-math-errno)
expect("wengert needs C++20" "${ours}" -std=c++17)
expect("-ffast-math breaks" "${ours}" -std=c++20 -ffast-math)
expect("-ffast-math breaks" "${ours}" -std=c++20 -Ofast)
expect("-ffinite-math-only breaks" "${ours}" -std=c++20 -ffinite-math-only)
if(COMPILER_ID STREQUAL "GNU")  # clang does not say that these are on
  expect("-fassociative-math breaks" "${ours}" -std=c++20 -funsafe-math-optimizations)
  expect("-freciprocal-math changes" "${ours}" -std=c++20 -freciprocal-math)
  expect("-fno-signed-zeros changes" "${ours}" -std=c++20 -fno-signed-zeros)
endif()
expect("Include wengert's headers before those of xtensor" "#include <xtensor/xarray.hpp>\n${ours}" -std=c++20)

set(action -fsyntax-only)
set(variables "using namespace wengert; const Var<double> a(1.0), b(2.0);")
expect("" "${ours}\n${variables}
  const auto y = map([](const auto& x, const auto& z) { return x * z; }, a, b);" -std=c++20)
expect("a formula takes one number for each operand" "${ours}\n${variables}
  const auto y = map([](const auto& x) { return x; }, a, b);" -std=c++20)
expect("a formula gives one number" "${ours}\n${variables}
  const auto y = map([](const auto& x, const auto& z) { return x < z; }, a, b);" -std=c++20)
