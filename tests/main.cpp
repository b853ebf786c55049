// The headers of all tests are compiled beforehand, doctest among them, which is why its body is asked for too.
#define DOCTEST_CONFIG_IMPLEMENT
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
