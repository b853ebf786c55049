#pragma once

#include <autograd/base/error.hpp>

#include <string>

/// The text of the Error that the call throws, or a text that matches no expectation if it throws none.
template <class Call>
std::string error_text(Call call) {
  try {
    call();
  } catch (const wengert::Error& error) {
    return error.what();
  }
  return "(no Error)";
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
