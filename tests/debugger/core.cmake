# What the printers show of a program that is no longer there: they read memory, and call nothing.
cmake_minimum_required(VERSION 3.22)
include("${CMAKE_CURRENT_LIST_DIR}/gdb.cmake")
if(NOT GDB)
  return()
endif()
set(core "${FOLDER}/core")
set(trusted -iex "add-auto-load-safe-path ${BUILD}")
run_gdb(output ${trusted} -ex "rule matmul" -ex run -ex "generate-core-file ${core}" -ex kill "${PROGRAM}")
if(NOT EXISTS "${core}")
  message(FATAL_ERROR "gdb has written no core:\n${output}")
endif()
run_gdb(output ${trusted} -ex tape -ex rule -ex "adjoint h" -ex "adjoint nothing" -ex "frame function main" -ex "print x" -ex "info skip"
  "${PROGRAM}" "${core}")
file(REMOVE "${core}")
foreach(expected IN ITEMS
    "tape 1 with 12 entries"
    "  3 h        (4, 2)     matmul(v1, w)"
    "  5 σ²       (1, 2)     mean{0, keep}(h, μ)"
    "    w = (2, 2) [[1, -1], [0.5, 2]]"
    "dh = (4, 2) [["
    "nothing on the tape is called 'nothing'; there are x, v1, w, h"
    "x (4, 2) parameter = [[1, 0], [0, 2], [3, 1], [2, 5]]"
    "^xsimd::")
  string(FIND "${output}" "${expected}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "of a core, gdb does not show ${expected}:\n${output}")
  endif()
endforeach()
