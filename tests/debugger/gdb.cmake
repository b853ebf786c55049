# For the scripts beside this one: run_gdb, and the places of lines.
include("${CMAKE_CURRENT_LIST_DIR}/place_of.cmake")
if(NOT GDB)
  message("gdb is not here, skipped")
  return()
endif()

# Runs gdb on the program; what it says goes to `variable`. It reads no settings of the user's.
function(run_gdb variable)
  execute_process(
    COMMAND "${GDB}" -batch -nx -iex "set debuginfod enabled off" -iex "set width 0" ${ARGN}
    WORKING_DIRECTORY "${FOLDER}" OUTPUT_VARIABLE output ERROR_VARIABLE output)
  set(${variable} "${output}" PARENT_SCOPE)
endfunction()
