# Warns a project that uses the library if it compiles without optimisation because nobody said otherwise.
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  message(WARNING "wengert: CMAKE_BUILD_TYPE is empty, so the compiler does not optimise and formulas run a hundred times "
                  "slower. Add -D CMAKE_BUILD_TYPE=Release.")
endif()
