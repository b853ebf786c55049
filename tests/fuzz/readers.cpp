#include "readers.hpp"

#include <autograd/base/error.hpp>
#include <autograd/base/gzip.hpp>
#include <autograd/base/zip.hpp>
#include <datasets/formats/csv.hpp>
#include <datasets/formats/idx.hpp>
#include <datasets/formats/npy.hpp>
#include <nn/state/safetensors.hpp>

#include <array>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>

namespace fuzz {
namespace {

using namespace wengert;

void require_same(bool is_same, const char* what) {
  if (!is_same) throw std::logic_error(std::string("what was written reads differently: ") + what);
}

void read_idx(std::string_view bytes) {
  const datasets::IdxFile file = datasets::parse_idx(bytes, "fuzzed");
  require_same(file.values.size() == element_count(file.shape), "idx");
}

void read_gzip(std::string_view bytes) {
  base::GzipReader reader("fuzz", "fuzzed", bytes);
  std::array<std::uint8_t, 1000> piece;
  std::uint64_t total = 0;
  for (std::size_t count = piece.size(); count == piece.size(); total += count) count = reader.read(piece);
  require_same(total <= base::GzipReader::most_decompressed(bytes.size()), "gzip");
}

void read_zip(std::string_view bytes) {
  const std::vector<base::ZipEntry> entries = base::parse_zip("fuzz", "fuzzed", bytes);
  const std::vector<base::ZipEntry> again = base::parse_zip("fuzz", "written", base::zip_bytes("fuzz", entries));
  require_same(again.size() == entries.size(), "zip");
  for (std::size_t k = 0; k < entries.size(); ++k) {
    require_same(again[k].name == entries[k].name && again[k].bytes == entries[k].bytes, "zip");
  }
}

template <class Read>
auto attempt(const Read& read) -> std::optional<decltype(read())> {
  try {
    return read();
  } catch (const Error&) {
    return std::nullopt;
  }
}

/// A file read in one pass and by a table of its cells, which must agree, also on whether to refuse it.
void read_csv(std::string_view bytes) {
  // The first byte chooses how the file is written, so that all ways are tried.
  const unsigned char choice = bytes.empty() ? 0 : static_cast<unsigned char>(bytes.front());
  const datasets::CsvFormat format{.separator = (choice & 1) != 0 ? ';' : ',',
                                   .header = (choice & 2) != 0,
                                   .comment = (choice & 4) != 0 ? std::optional('#') : std::nullopt};
  const datasets::Missing missing = (choice & 8) != 0 ? datasets::Missing::mean : datasets::Missing::drop_row;
  const std::string_view text = bytes.substr(bytes.empty() ? 0 : 1);
  const datasets::CsvOptions options{.label_column = datasets::Column(-1), .missing = missing};
  const auto in_one_pass =
      attempt([&] { return datasets::parse_csv_dataset<double>(text, "fuzzed", options, format); });
  const auto by_table =
      attempt([&] { return datasets::to_dataset<double>(datasets::parse_csv(text, "fuzzed", format), options); });
  require_same(in_one_pass.has_value() == by_table.has_value(), "csv, whether it is refused");
  if (!in_one_pass) fail("fuzz", "refused both ways");
  require_same(in_one_pass->inputs == by_table->inputs && in_one_pass->labels == by_table->labels, "csv");
}

void read_npy(std::string_view bytes) {
  const Array<double> array = datasets::parse_npy<double>(bytes, "fuzzed");
  const Array<double> again = datasets::parse_npy<double>(datasets::npy_bytes(array), "written");
  require_same(again.shape() == array.shape(), "npy");
  const bool has_no_bytes = array.size() == 0;  // and no place that memcmp could be told
  require_same(has_no_bytes || std::memcmp(again.data(), array.data(), array.size() * sizeof(double)) == 0, "npy");
}

void read_safetensors(std::string_view bytes) {
  const nn::SafeTensors content = nn::parse_safetensors(std::string(bytes), "fuzzed");
  const nn::SafeTensors again = nn::parse_safetensors(nn::safetensors_bytes(content), "written");
  require_same(again.metadata == content.metadata && again.tensors.size() == content.tensors.size(), "safetensors");
  const auto by_name = [](const nn::SafeTensors& s) {
    std::map<std::string, std::string> tensors;
    for (const nn::Tensor& tensor : s.tensors)
      tensors[tensor.name] = tensor.dtype + to_string(tensor.shape) + tensor.bytes;
    return tensors;
  };
  require_same(by_name(again) == by_name(content), "safetensors");
}

constexpr std::array<Reader, 6> all{{{"idx", read_idx},
                                     {"gzip", read_gzip},
                                     {"zip", read_zip},
                                     {"csv", read_csv},
                                     {"npy", read_npy},
                                     {"safetensors", read_safetensors}}};

}  // namespace

std::span<const Reader> readers() { return all; }

bool takes(const Reader& reader, std::string_view bytes) {
  try {
    reader.read(bytes);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace fuzz
