# Builds and runs a stranger's programs against the library, installed to a prefix, without optimisation, about which there
# is a warning, and without -march=native: the flags of a user are not ours. As a subdirectory it is configured alone: to
# compile all of it once more takes minutes, and .ci/run does so, for the debugger.
cmake_minimum_required(VERSION 3.22)
set(folder "${BUILD}/consumer/${ROUTE}")
file(REMOVE_RECURSE "${BUILD}/consumer/prefix-${ROUTE}")

function(execute)
  execute_process(COMMAND ${ARGV} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

if(ROUTE STREQUAL "find_package")
  execute("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${BUILD}/consumer/prefix-${ROUTE}")
endif()
execute("${CMAKE_COMMAND}" -S "${CMAKE_CURRENT_LIST_DIR}" -B "${folder}" -G "${GENERATOR}"
  -D "CMAKE_CXX_COMPILER=${COMPILER}"
  -D "CMAKE_PREFIX_PATH=${BUILD}/consumer/prefix-${ROUTE}"
  -D "ROUTE=${ROUTE}"
  -D "WENGERT_SOURCE=${SOURCE}"
  ERROR_FILE "${BUILD}/consumer/warnings-${ROUTE}.txt")
file(READ "${BUILD}/consumer/warnings-${ROUTE}.txt" warnings)
if(NOT warnings MATCHES "CMAKE_BUILD_TYPE is empty")
  message(FATAL_ERROR "no warning that the program is not optimised:\n${warnings}")
endif()
if(ROUTE STREQUAL "add_subdirectory")
  return()
endif()

execute("${CMAKE_COMMAND}" --build "${folder}" --target formula consumer)
execute("${folder}/formula")
execute("${folder}/consumer")

find_program(gdb gdb)
if(gdb)
  execute_process(COMMAND "${gdb}" -batch -nx -iex "add-auto-load-safe-path ${folder}" -ex "help tape" "${folder}/formula"
    OUTPUT_VARIABLE help ERROR_VARIABLE help)
  if(NOT help MATCHES "what the tape has recorded")
    message(FATAL_ERROR "gdb has not loaded what stands beside the program:\n${help}")
  endif()
endif()
