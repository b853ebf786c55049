// A target of libFuzzer for the reader that the program is named for: fuzz_idx, fuzz_csv, ...
#include "readers.hpp"

#include <algorithm>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Reader& reader = *std::find_if(fuzz::readers().begin(), fuzz::readers().end(),
                                                    [](const fuzz::Reader& r) { return r.name == WENGERT_FUZZED; });
  fuzz::takes(reader, {reinterpret_cast<const char*>(data), size});
  return 0;
}
