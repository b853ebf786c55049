#pragma once

#include <string>

/// The texts of the files in the folder page/, which the build embeds.
namespace wengert::explain::page {

std::string stepper_html();
std::string stepper_css();
std::string layout_js();
std::string graph_js();
std::string tables_js();
std::string elements_js();
std::string stepper_js();

}  // namespace wengert::explain::page
