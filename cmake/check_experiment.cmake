# Runs an experiment twice, the second time with two threads, and compares what it says and writes: the lines of SAYS in
# its output, the files of WRITES, and the same histories both times. Where it cannot write it must not begin to train.
#   cmake -D PROGRAM=... -D "ARGUMENTS=..." -D OUT=... -D "SAYS=..." -D "WRITES=..." -P check_experiment.cmake
cmake_minimum_required(VERSION 3.22)

file(REMOVE_RECURSE "${OUT}")
foreach(threads IN ITEMS 1 2)
  execute_process(
    COMMAND "${PROGRAM}" ${ARGUMENTS} --threads ${threads} --out "${OUT}/${threads}"
    OUTPUT_VARIABLE output
    ERROR_VARIABLE errors
    RESULT_VARIABLE status)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "It ended with ${status}:\n${output}${errors}")
  endif()
endforeach()

foreach(text IN LISTS SAYS)
  string(FIND "${output}" "${text}" place)
  if(place EQUAL -1)
    message(FATAL_ERROR "It did not say '${text}':\n${output}")
  endif()
endforeach()

foreach(name IN LISTS WRITES ITEMS report.html)
  set(file "${OUT}/1/${name}")
  if(NOT EXISTS "${file}")
    message(FATAL_ERROR "It did not write ${file}")
  endif()
endforeach()

file(GLOB histories RELATIVE "${OUT}/1" "${OUT}/1/history_*.csv")
if(NOT histories)
  message(FATAL_ERROR "It wrote no history to ${OUT}/1")
endif()
foreach(history IN LISTS histories)
  file(READ "${OUT}/1/${history}" one)
  file(READ "${OUT}/2/${history}" two)
  if(NOT one STREQUAL two)
    message(FATAL_ERROR "${history} differs with two threads:\n${one}\n${two}")
  endif()
endforeach()

file(TOUCH "${OUT}/no_folder")
execute_process(
  COMMAND "${PROGRAM}" ${ARGUMENTS} --out "${OUT}/no_folder"
  OUTPUT_VARIABLE output
  ERROR_VARIABLE errors
  RESULT_VARIABLE status)
if(NOT status EQUAL 1 OR NOT errors MATCHES "nothing can be written to" OR output MATCHES "Model:")
  message(FATAL_ERROR "Without a folder to write to it ended with ${status}:\n${output}${errors}")
endif()
