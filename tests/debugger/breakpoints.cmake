# Looks at what gdb shows at breakpoints without the help of tools/gdb.
cmake_minimum_required(VERSION 3.22)
include("${CMAKE_CURRENT_LIST_DIR}/gdb.cmake")
if(NOT GDB)
  return()
endif()

place_of(examples/09_in_the_debugger.cpp "// stop in the formula" formula)
place_of(autograd/operations/arithmetic.cpp "return x * y;" product)

# The line of the product is met twice: where `map` is called, and where the formula runs.
file(WRITE "${FOLDER}/commands.gdb" "
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
tbreak wengert::stop::recorded if \$_streq(name, \"map\")
continue
echo recorded:\\n
print slot
tbreak wengert::stop::rule if \$_streq(name, \"matmul\")
continue
echo the rule:\\n
print slot
tbreak wengert::stop::adjoint if \$_streq(name, \"w\")
continue
echo the adjoint:\\n
print name
kill
")
run_gdb(output -iex "set auto-load no" -x "${FOLDER}/commands.gdb" "${PROGRAM}")
string(REPLACE "\n" " " line "${output}")
foreach(expected IN ITEMS
    "the product: [^=]*= [^$]*1, 0"
    "the formula: [^=]*= [^$]*0\\.5, -0\\.5"
    "recorded: .[0-9]+ = [0-9]+"
    "the rule: .[0-9]+ = [0-9]+"
    "the adjoint: .[0-9]+ = [^\"]*\"w\"")
  if(NOT line MATCHES "${expected}")
    message(FATAL_ERROR "gdb does not show ${expected}:\n${output}")
  endif()
endforeach()
