# What tools/lldb shows of arrays and variables at a breakpoint of tutorial 9's program.
cmake_minimum_required(VERSION 3.22)
include("${CMAKE_CURRENT_LIST_DIR}/place_of.cmake")
if(NOT LLDB)
  message("lldb is not here, skipped")
  return()
endif()

# Debian's lldb looks for its Python package where it is not.
file(REAL_PATH "${LLDB}" lldb)
cmake_path(GET lldb PARENT_PATH folder)
file(GLOB packages "${folder}/../lib/python3*/dist-packages")
list(JOIN packages ":" packages)
set(ENV{PYTHONPATH} "${packages}:$ENV{PYTHONPATH}")

place_of(examples/09_in_the_debugger.cpp "fmt::print(\"{}\\n\", w);" line)
string(REPLACE ":" ";" file_and_line "${line}")
list(GET file_and_line 1 number)
math(EXPR before "${number} - 3")
execute_process(
  COMMAND "${LLDB}" --batch --no-lldbinit
    -o "command script import ${ROOT}/tools/lldb/wengert.py"
    -o "breakpoint set -f 09_in_the_debugger.cpp -l ${before}" -o run -o "frame variable y"
    -o "breakpoint set -f 09_in_the_debugger.cpp -l ${number}" -o continue -o "frame variable x w h y gamma"
    -o kill "${PROGRAM}"
  WORKING_DIRECTORY "${FOLDER}" OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(output MATCHES "No module named '(lldb|_lldb)|embedded_interpreter")
  message("lldb is not here with its Python, skipped")
  return()
endif()
foreach(expected IN ITEMS
    " y = <not readable: not initialised yet, or gone>"
    " x = x (4, 2) parameter = [[1, 0], [0, 2], [3, 1], [2, 5]], gradient = [["
    " w = w (2, 2) parameter = [[1, -1], [0.5, 2]], gradient = [[0.477369, 0.144736], [2.60936, 0.1106]]"
    " h = h (4, 2) on a tape = [[0.5, -0.5], [0.5, 2], [1.75, -0.5], [2.25, 4]]"
    " gamma = γ (2,) parameter = [2, 1], gradient = [1.59642, 0.43967]")
  string(FIND "${output}" "${expected}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "lldb does not show${expected}:\n${output}")
  endif()
endforeach()
