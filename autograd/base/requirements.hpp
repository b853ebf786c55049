#pragma once

// What a program that uses wengert has to be compiled with, said in a sentence instead of in pages of errors.

#if __cplusplus < 202002L
#error "wengert needs C++20: compile with -std=c++20, or in CMake set(CMAKE_CXX_STANDARD 20)."
#endif

#if defined(__FAST_MATH__)
#error "wengert needs IEEE arithmetic: -ffast-math breaks NaN handling and the accuracy of sums. Remove the flag."
#elif defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#error "wengert needs IEEE arithmetic: -ffinite-math-only breaks the handling of NaN and infinity. Remove the flag."
#elif defined(__ASSOCIATIVE_MATH__)
#error "wengert needs IEEE arithmetic: -fassociative-math breaks the accuracy of sums. Remove the flag."
#elif defined(__RECIPROCAL_MATH__)
#error "wengert needs IEEE arithmetic: -freciprocal-math changes the results of divisions. Remove the flag."
#elif defined(__NO_SIGNED_ZEROS__)
#error "wengert needs IEEE arithmetic: -fno-signed-zeros changes results at zero. Remove the flag."
#endif
