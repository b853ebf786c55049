include(CheckCXXCompilerFlag)

# What every source file of the project is compiled with, and what nobody who links with it inherits.
function(wengert_own_code target)
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE -Wall -Wextra -Wconversion -Wshadow $<$<BOOL:${WENGERT_WERROR}>:-Werror>)
  # Warnings of g++ that are false once others' code is inlined into ours: the copies of std::string
  # (gcc.gnu.org/PR105651), the inline elements of xtensor's shapes, and the undefined registers of AVX-512's
  # intrinsics (gcc.gnu.org/PR105593). clang and the sanitizers still look for all of them.
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-uninitialized -Wno-maybe-uninitialized -Wno-array-bounds)
  endif()
  if(WENGERT_NATIVE)
    check_cxx_compiler_flag(-march=native WENGERT_HAS_MARCH_NATIVE)
    target_compile_options(${target} PRIVATE $<$<BOOL:${WENGERT_HAS_MARCH_NATIVE}>:-march=native>)
  endif()
endfunction()

# Headers that nearly every source includes are compiled once, for the first target that asks, and for all others with
# the same flags. A compiler cache would have to keep them, and does not need them.
function(wengert_precompile target owner)
  if(CMAKE_CXX_COMPILER_LAUNCHER)
    return()
  elseif(target STREQUAL owner)
    target_precompile_headers(${target} PRIVATE ${ARGN})
  else()
    target_precompile_headers(${target} REUSE_FROM ${owner})
  endif()
endfunction()

# Compiles the sources of a target together, at most eight files of a folder at a time: for a small file the headers and
# what they instantiate are most of a compiler's work. Names of a folder's unnamed namespaces must differ. A file
# with the property SKIP_UNITY_BUILD_INCLUSION is compiled by itself, as all are with -D WENGERT_COMPILE_TOGETHER=OFF.
function(wengert_compile_together target)
  get_target_property(sources ${target} SOURCES)
  list(LENGTH sources count)
  if(NOT WENGERT_COMPILE_TOGETHER OR count LESS 2)
    return()
  endif()
  get_target_property(root ${target} SOURCE_DIR)
  foreach(source IN LISTS sources)
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${root}" NORMALIZE)
    cmake_path(IS_PREFIX PROJECT_SOURCE_DIR "${source}" is_ours)
    cmake_path(IS_PREFIX PROJECT_BINARY_DIR "${source}" is_generated)
    if(is_generated OR NOT is_ours)
      continue()
    endif()
    cmake_path(GET source PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${PROJECT_SOURCE_DIR}")
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    list(APPEND members_of_${folder} "${source}")
    list(LENGTH members_of_${folder} count)
    math(EXPR batch "(${count} - 1) / 8")
    set_source_files_properties("${source}" TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP "${folder}_${batch}")
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")  # takes the files that are compiled together for headers
    target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
  endif()
endfunction()

# A static library of all sources under the current folder: target wengert_<room>.
function(wengert_add_room room)
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  add_library(wengert_${room} STATIC ${sources})
  add_library(wengert::${room} ALIAS wengert_${room})
endfunction()

# Puts a text file of the current folder into a target: `function`, which `header` declares, returns it.
function(wengert_embed target file header function)
  set(script "${PROJECT_SOURCE_DIR}/cmake/embed_text.cmake")
  set(input "${CMAKE_CURRENT_SOURCE_DIR}/${file}")
  cmake_path(GET file FILENAME name)
  set(output "${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp")
  add_custom_command(
    OUTPUT "${output}"
    COMMAND "${CMAKE_COMMAND}" -D "INPUT=${input}" -D "OUTPUT=${output}" -D "HEADER=${header}"
      -D "FUNCTION=${function}" -P "${script}"
    DEPENDS "${input}" "${script}"
    COMMENT "Embedding ${name}"
    VERBATIM)
  target_sources(${target} PRIVATE "${output}")
endfunction()

# Include folders and flags, the same for every room.
function(wengert_finish_room room)
  set(target wengert_${room})
  wengert_own_code(${target})
  wengert_compile_together(${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${room} POSITION_INDEPENDENT_CODE ON)
  target_include_directories(${target} PUBLIC
    "$<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}>"
    "$<INSTALL_INTERFACE:include/wengert>")
  target_compile_features(${target} PUBLIC cxx_std_20)
  # A fused formula and the same formula operation by operation agree to the last bit only without contraction.
  target_compile_options(${target} PUBLIC -ffp-contract=off)
  target_compile_definitions(${target} PUBLIC $<BUILD_INTERFACE:$<$<CONFIG:Debug>:XTENSOR_ENABLE_ASSERT>>)
  wengert_precompile(${target} wengert_autograd <autograd/operations/map.hpp> <autograd/operations/reduce.hpp>)
endfunction()

# A program of the build tree that uses the whole library, or what else `LINK` names.
function(wengert_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 program "" "" "LINK")
  add_executable(${name} ${program_UNPARSED_ARGUMENTS})
  wengert_own_code(${name})
  wengert_compile_together(${name})
  target_link_libraries(${name} PRIVATE ${program_LINK})
  if(NOT program_LINK)
    target_link_libraries(${name} PRIVATE wengert::wengert)
  endif()
  if(CMAKE_BUILD_TYPE STREQUAL "Debug")
    wengert_debugger(${name})
  endif()
endfunction()

# What every test runs in: OpenBLAS, where it is compared with, on one thread, and a sanitizer that ends the program at the first report.
set(wengert_test_environment
  OPENBLAS_NUM_THREADS=1
  "UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1:suppressions=${PROJECT_SOURCE_DIR}/tests/ubsan_suppressions.txt")
