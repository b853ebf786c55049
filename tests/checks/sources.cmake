# The source files of the library's rooms, as paths from ROOT, for the checks beside this file.
set(rooms autograd optim datasets nn)

function(list_sources variable)
  list(TRANSFORM ARGN PREPEND "${ROOT}/" OUTPUT_VARIABLE patterns)
  file(GLOB_RECURSE files RELATIVE "${ROOT}" ${patterns})
  set(${variable} "${files}" PARENT_SCOPE)
endfunction()

# The lines of a file that match.
function(lines_matching variable file regex)
  file(STRINGS "${ROOT}/${file}" lines REGEX "${regex}")
  set(${variable} "${lines}" PARENT_SCOPE)
endfunction()

function(report problems rule)
  if(problems)
    list(JOIN problems "\n  " text)
    message(FATAL_ERROR "${rule}\n  ${text}")
  endif()
endfunction()
