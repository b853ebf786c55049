# Every package that the project uses, and what installs it. Homebrew has no formula where its column says -.
#
#    package       at least  target                Debian, Ubuntu       conda-forge     Homebrew
set(wengert_packages
    "xtensor       0.24      xtensor               libxtensor-dev       xtensor         xtensor"
    "xsimd         8.1       xsimd                 libxsimd-dev         xsimd           xsimd"
    "fmt           9         fmt::fmt              libfmt-dev           fmt             fmt"
    "BLAS          -         BLAS::BLAS            libopenblas-dev      openblas        openblas"
    "LAPACK        -         LAPACK::LAPACK        libopenblas-dev      openblas        openblas"
    "xtensor-blas  0.20      xtensor-blas          libxtensor-blas-dev  xtensor-blas    -"
    "ZLIB          -         ZLIB::ZLIB            zlib1g-dev           zlib            zlib"
    "nlohmann_json 3.11      nlohmann_json::nlohmann_json nlohmann-json3-dev nlohmann_json nlohmann-json"
    "CLI11         2.1       CLI11::CLI11          libcli11-dev         cli11           cli11"
    "doctest       2.4       doctest::doctest      doctest-dev          doctest         doctest"
    "benchmark     1.7       benchmark::benchmark  libbenchmark-dev     benchmark       google-benchmark")

function(wengert_stop_missing name version target apt conda brew)
  set(brew_line "brew install ${brew}")
  if(brew STREQUAL "-")
    set(brew_line "(Homebrew has no ${name}: take it from conda-forge or install its sources)")
  endif()
  string(REPLACE " - or newer" "" wanted "${name} ${version} or newer")
  message(FATAL_ERROR
    "CMake did not find ${wanted}. One of these lines installs it:\n"
    "    apt-get install ${apt}\n"
    "    conda install -c conda-forge ${conda}\n"
    "    ${brew_line}\n"
    "`./run test` installs everything that is missing.")
endfunction()

# Finds a package of the table, unless a project that contains this one has its target already; or stops with advice.
function(wengert_find wanted)
  set(rows ${wengert_packages})
  list(FILTER rows INCLUDE REGEX "^${wanted} ")
  string(REGEX REPLACE " +" ";" row "${rows}")
  list(GET row 1 version)
  list(GET row 2 target)
  if(TARGET ${target})
    return()
  elseif(version STREQUAL "-")
    find_package(${wanted} QUIET MODULE)
  else()
    find_package(${wanted} QUIET CONFIG)
  endif()
  if(NOT TARGET ${target} OR (${wanted}_VERSION AND ${wanted}_VERSION VERSION_LESS version))
    wengert_stop_missing(${row})
  endif()
endfunction()

find_package(Threads REQUIRED)
wengert_find(xtensor)
wengert_find(xsimd)
wengert_find(fmt)
wengert_find(ZLIB)
wengert_find(nlohmann_json)
if(WENGERT_BUILD_TESTS OR WENGERT_BUILD_BENCHMARKS)  # another's matrix product, to compare ours with
  wengert_find(BLAS)
  wengert_find(LAPACK)  # only because the package of xtensor-blas looks for it
  wengert_find(xtensor-blas)
endif()
if(WENGERT_BUILD_TESTS)
  wengert_find(doctest)
endif()
if(WENGERT_BUILD_EXAMPLES)
  wengert_find(CLI11)
endif()
if(WENGERT_BUILD_BENCHMARKS)
  wengert_find(benchmark)
endif()
