# The Markdown files, for the checks beside this one.
file(REAL_PATH "${ROOT}" ROOT)
set(folders autograd benchmarks cmake datasets docs examples exercises nn optim tests)

function(list_documents variable)
  list(TRANSFORM folders REPLACE "(.+)" "${ROOT}/\\1/*.md" OUTPUT_VARIABLE patterns)
  file(GLOB top RELATIVE "${ROOT}" "${ROOT}/*.md")
  file(GLOB_RECURSE nested RELATIVE "${ROOT}" ${patterns})
  list(FILTER nested EXCLUDE REGEX "/node_modules/")  # of others
  set(${variable} ${top} ${nested} PARENT_SCOPE)
endfunction()

function(report problems rule)
  if(problems)
    list(JOIN problems "\n  " text)
    message(FATAL_ERROR "${rule}\n  ${text}")
  endif()
endfunction()
