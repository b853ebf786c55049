# Headers define no macros; the one exception is a switch that xtensor reads.
cmake_minimum_required(VERSION 3.22)
include("${CMAKE_CURRENT_LIST_DIR}/sources.cmake")

list(TRANSFORM rooms APPEND "/*.hpp" OUTPUT_VARIABLE patterns)
list_sources(files ${patterns})
foreach(file IN LISTS files)
  lines_matching(macros ${file} "^ *# *define ")
  list(FILTER macros EXCLUDE REGEX "define XTENSOR_")
  foreach(line IN LISTS macros)
    list(APPEND problems "${file}: ${line}")
  endforeach()
endforeach()
report("${problems}" "Macros of our own in headers:")
