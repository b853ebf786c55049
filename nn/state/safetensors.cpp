#include <autograd/base/write_file.hpp>
#include <nn/state/safetensors_header.hpp>

#include <zlib.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <bit>
#include <cstring>
#include <fstream>
#include <sstream>

namespace wengert::nn {
namespace {

static_assert(std::endian::native == std::endian::little,
              "safetensors files are read and written as they lie in memory");

constexpr std::uint64_t longest_header = 100'000'000;  // of the reference implementation
constexpr std::size_t alignment = 8;

/// The checksum (CRC-32) of bytes that follow those of a checksum.
std::uint32_t checksum(std::string_view bytes, std::uint32_t before = 0) {
  return static_cast<std::uint32_t>(crc32_z(before, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

std::string digits(std::uint32_t sum) { return fmt::format("{:08x}", sum); }

/// Reads a file from its beginning to its end, which is known.
class Reader {
 public:
  Reader(std::istream& in, std::uint64_t size, const std::string& file) : in_(in), size_(size), file_(file) {}

  SafeTensors read() {
    std::string text = header_text();
    SafeTensorsHeader header = parse_header(text, size_ - at_, file_);
    if (header.checksum_at) text.replace(*header.checksum_at, checksum_digits, checksum_digits, '0');
    std::uint32_t sum = checksum(text);
    SafeTensors content{.metadata = header.metadata};
    for (TensorEntry& entry : header.tensors) {
      Tensor tensor{std::move(entry.name), std::move(entry.dtype), std::move(entry.shape),
                    take(entry.end - entry.begin)};
      sum = checksum(tensor.bytes, sum);
      content.tensors.push_back(std::move(tensor));
    }
    check(header, sum);
    content.metadata.erase(format_key);
    content.metadata.erase(checksum_key);
    return content;
  }

 private:
  std::string take(std::uint64_t count) {
    std::string bytes(count, '\0');
    if (!in_.read(bytes.data(), static_cast<std::streamsize>(count))) {
      fail_at_byte(file_, at_, fmt::format("{} bytes cannot be read; expected a file that stays as it is", count));
    }
    at_ += count;
    return bytes;
  }

  std::string header_text() {
    if (size_ < length_bytes) {
      fail_at_byte(file_, size_, "the file ends; expected the length of a header in its first 8 bytes");
    }
    std::uint64_t length = 0;
    std::memcpy(&length, take(length_bytes).data(), length_bytes);
    if (length > longest_header) {
      fail_at_byte(file_, 0,
                   fmt::format("a header of {} bytes is announced; expected at most {}; is it a safetensors "
                               "file?",
                               length, longest_header));
    }
    if (length > size_ - length_bytes) {
      fail_at_byte(file_, size_,
                   fmt::format("the file ends; expected a header of {} bytes, as its beginning says; it "
                               "was cut off: copy it again",
                               length));
    }
    return take(length);
  }

  /// Of a file that was written here, which has both the format and the checksum; damage can hide one of them.
  void check(const SafeTensorsHeader& header, std::uint32_t sum) const {
    const auto format = header.metadata.find(format_key), expected = header.metadata.find(checksum_key);
    if (format == header.metadata.end() && expected == header.metadata.end()) return;
    const std::uint64_t byte = length_bytes + header.checksum_at.value_or(0);
    if (format == header.metadata.end() || expected == header.metadata.end()) {
      fail_at_byte(file_, byte,
                   fmt::format("the metadata has one of {} and {}; expected both; the file was damaged", format_key,
                               checksum_key));
    }
    if (expected->second != digits(sum)) {
      fail_at_byte(file_, byte,
                   fmt::format("the checksum is {}, but that of the content is {}; expected the same; the "
                               "file was changed or damaged: save or copy it again",
                               in_quotes(expected->second), digits(sum)));
    }
    if (format->second != format_version) {
      fail_at_byte(file_, byte,
                   fmt::format("the format is {}; expected '{}'; a newer version wrote it", in_quotes(format->second),
                               format_version));
    }
  }

  std::istream& in_;
  std::uint64_t size_;
  const std::string& file_;
  std::uint64_t at_ = 0;
};

/// The tensors in the order of the file: wide elements first, which aligns them all, then by name.
std::vector<const Tensor*> in_order(const std::vector<Tensor>& tensors) {
  std::vector<const Tensor*> order;
  for (const Tensor& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const Tensor* a, const Tensor* b) {
    return std::pair(bytes_per_element(b->dtype), std::string_view(a->name)) <
           std::pair(bytes_per_element(a->dtype), std::string_view(b->name));
  });
  return order;
}

void check(const SafeTensors& content) {
  constexpr std::string_view operation = "safetensors_bytes";
  std::map<std::string_view, int> times;
  for (const Tensor& tensor : content.tensors) {
    const std::string name = in_quotes(tensor.name);
    require(tensor.name != metadata_name, operation, "a tensor is called {}, which is reserved; rename it", name);
    require(++times[tensor.name] == 1, operation, "two tensors are called {}; give each a name of its own", name);
    require(bytes_per_element(tensor.dtype) != 0, operation, "the tensor {} has the dtype {}; expected one such as F32",
            name, in_quotes(tensor.dtype));
    const std::optional<std::uint64_t> bytes = byte_count(tensor.dtype, tensor.shape);
    require(bytes == tensor.bytes.size(), operation, "the tensor {} {} has {} bytes; expected {} for {}", name,
            tensor.shape, tensor.bytes.size(), bytes ? std::to_string(*bytes) : "fewer elements or axes", tensor.dtype);
  }
  for (const auto& [key, text] : content.metadata) {
    require(!key.starts_with("wengert."), operation,
            "the metadata has {}; names with 'wengert.' are reserved; rename it", in_quotes(key));
  }
}

/// The header up to the digits of the checksum, which come first in it, and everything after them.
struct HeaderText {
  std::string before;
  std::string after;
};

HeaderText header_text(const SafeTensors& content, const std::vector<const Tensor*>& order) {
  nlohmann::ordered_json header;
  nlohmann::ordered_json& metadata = header[metadata_name];
  metadata[checksum_key] = "00000000";
  metadata[format_key] = format_version;
  for (const auto& [key, text] : content.metadata) metadata[key] = text;
  std::uint64_t begin = 0;
  for (const Tensor* tensor : order) {
    const std::uint64_t end = begin + tensor->bytes.size();
    const std::vector<std::size_t> shape(tensor->shape.begin(), tensor->shape.end());
    header[tensor->name] = {{"dtype", tensor->dtype}, {"shape", shape}, {"data_offsets", {begin, end}}};
    begin = end;
  }
  std::string text = header.dump();
  text.append((alignment - text.size() % alignment) % alignment, ' ');
  const std::size_t at = text.find("00000000");
  return {text.substr(0, at), text.substr(at + checksum_digits)};
}

}  // namespace

SafeTensors read_safetensors(const std::filesystem::path& file) {
  const std::string name = "'" + file.string() + "'";
  std::error_code error;
  require(std::filesystem::is_regular_file(file, error), "read_safetensors",
          "{} is not there or is no file; expected a safetensors file; check its name", name);
  std::ifstream in(file,
                   std::ios::binary | std::ios::ate);  // the size of what was opened: the name may get another file
  require(in.is_open(), "read_safetensors", "{} cannot be opened; expected a file that may be read", name);
  const auto size = static_cast<std::uint64_t>(in.tellg());
  in.seekg(0);
  return Reader(in, size, name).read();
}

SafeTensors parse_safetensors(const std::string& bytes, const std::string& name) {
  std::istringstream in(bytes);
  return Reader(in, bytes.size(), name).read();
}

std::string safetensors_bytes(const SafeTensors& content) {
  check(content);
  const std::vector<const Tensor*> order = in_order(content.tensors);
  HeaderText header;
  try {
    header = header_text(content, order);
  } catch (const nlohmann::json::type_error& error) {
    fail("safetensors_bytes", fmt::format("a name or a text is not UTF-8: {}; expected UTF-8", error.what()));
  }
  const std::uint64_t length = header.before.size() + checksum_digits + header.after.size();
  require(length <= longest_header, "safetensors_bytes",
          "the header has {} bytes; expected at most {}; write less metadata", length, longest_header);
  std::uint32_t sum = checksum(header.after, checksum("00000000", checksum(header.before)));
  std::size_t size = length_bytes + length;
  for (const Tensor* tensor : order) {
    sum = checksum(tensor->bytes, sum);
    size += tensor->bytes.size();
  }
  std::string bytes(length_bytes, '\0');
  bytes.reserve(size);
  std::memcpy(bytes.data(), &length, length_bytes);
  bytes += header.before + digits(sum) + header.after;
  for (const Tensor* tensor : order) bytes += tensor->bytes;
  return bytes;
}

void write_safetensors(const std::filesystem::path& file, const SafeTensors& content) {
  base::write_file("write_safetensors", file, safetensors_bytes(content));
}

}  // namespace wengert::nn
