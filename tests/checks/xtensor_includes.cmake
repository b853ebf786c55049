# Only autograd/arrays/array.hpp knows xtensor. The test of how arrays print includes xtensor's own printing, and one of
# matrix products xtensor-blas, as users may.
cmake_minimum_required(VERSION 3.22)
include("${CMAKE_CURRENT_LIST_DIR}/sources.cmake")

list_sources(files *.hpp *.cpp)
list(FILTER files INCLUDE REGEX "^(autograd|optim|datasets|nn|tests|examples|exercises|benchmarks)/")
foreach(file IN LISTS files)
  lines_matching(includes ${file} "^ *#include [<\"]xtensor")
  if(file STREQUAL "tests/arrays/array_text_test.cpp")
    list(FILTER includes EXCLUDE REGEX "xtensor/xio.hpp")
  elseif(file STREQUAL "tests/operations/xtensor_blas_test.cpp")
    list(FILTER includes EXCLUDE REGEX "xtensor-blas/xlinalg.hpp")
  endif()
  if(includes AND NOT file STREQUAL "autograd/arrays/array.hpp")
    list(APPEND problems "${file}: ${includes}")
  endif()
endforeach()
report("${problems}" "Include <autograd/arrays/array.hpp> instead of xtensor itself:")
