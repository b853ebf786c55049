# For the scripts beside this one: run_gdb, and the places of lines.
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

# FILE:LINE of the first line that holds the text.
function(place_of file text variable)
  file(STRINGS "${ROOT}/${file}" lines ENCODING UTF-8)
  set(number 0)
  foreach(line IN LISTS lines)
    math(EXPR number "${number} + 1")
    string(FIND "${line}" "${text}" position)
    if(NOT position EQUAL -1)
      set(${variable} "${file}:${number}" PARENT_SCOPE)
      return()
    endif()
  endforeach()
  message(FATAL_ERROR "${file} has no line with ${text}")
endfunction()
