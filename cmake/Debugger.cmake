# gdb loads `<program>-gdb.py` together with the program: wengert_debugger(program) writes that file, so that variables,
# tapes and formulas are shown, and the commands tape, adjoint and rule are there. gdb loads nothing from folders that it
# was not told to trust: `add-auto-load-safe-path FOLDER` in ~/.config/gdb/gdbinit, or behind -iex.
function(wengert_debugger program)
  set(folder "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/gdb")  # installed
  if(NOT EXISTS "${folder}")
    cmake_path(SET folder NORMALIZE "${CMAKE_CURRENT_FUNCTION_LIST_DIR}/../tools/gdb")
  endif()
  file(GENERATE OUTPUT "$<TARGET_FILE:${program}>-gdb.py"
    CONTENT "import sys\n\nsys.path.insert(0, \"${folder}\")\nimport wengert_gdb\n")
endfunction()
