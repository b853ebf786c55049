# Runs gdb on a small program and looks at what it shows at each breakpoint.
cmake_minimum_required(VERSION 3.22)
if(NOT GDB)
  message("gdb is not here, skipped")
  return()
endif()

# FILE:LINE of the first line that holds the text.
function(place_of file text variable)
  file(STRINGS "${ROOT}/${file}" lines)
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

place_of(tests/debugger/program.cpp "// stop in the formula" formula)
place_of(autograd/operations/arithmetic.cpp "return x * y;" product)

# The line of the product is met twice: where `map` is called, and where the formula runs.
file(WRITE "${FOLDER}/commands.gdb" "
set width 0
set print pretty off
break ${product}
run
continue
delete
echo the product:\\n
print x
tbreak ${formula}
continue
echo the formula:\\n
print a
tbreak wengert::stop::recorded if \$_streq(name, \"matmul\")
continue
echo recorded:\\n
print slot
tbreak wengert::stop::rule if \$_streq(name, \"matmul\")
continue
echo the rule:\\n
print slot
tbreak wengert::stop::adjoint if \$_streq(name, \"y\")
continue
echo the adjoint:\\n
print name
kill
")
execute_process(
  COMMAND "${GDB}" -batch -nx -iex "set auto-load no" -iex "set debuginfod enabled off" -x "${FOLDER}/commands.gdb" "${PROGRAM}"
  OUTPUT_VARIABLE output ERROR_VARIABLE output)
string(REPLACE "\n" " " line "${output}")
foreach(expected IN ITEMS
    "the product: [^=]*= [^$]*1\\.5, 1\\.5"
    "the formula: [^=]*= [^$]*0\\.375, 0\\.375"
    "recorded: .[0-9]+ = [0-9]+"
    "the rule: .[0-9]+ = [0-9]+"
    "the adjoint: .[0-9]+ = [^\"]*\"y\"")
  if(NOT line MATCHES "${expected}")
    message(FATAL_ERROR "gdb does not show ${expected}:\n${output}")
  endif()
endforeach()
