#pragma once

#include <autograd/tape/tape.hpp>

#include <filesystem>

namespace wengert {

/// A scalar loss of a tape and the gradient of every parameter as a C++ program of its own, which needs the standard
/// library alone: the arrays that it starts from, the forward pass, the derived backward pass, and a comparison of each
/// array with the tape's, to 1e-12 of its largest element, or of the terms that have cancelled where nothing but their
/// rounding is left. The program says `equal to the tape` and returns 0, or names what differs and returns 1.
/// Throws an Error if the loss is no scalar or was not recorded here, if a rule does not say its formula, if an
/// operation is not written in that language, or if the arrays have more than 200,000 elements in all.
std::string cpp_program(const Tape<double>& tape, const Var<double>& loss);
/// The same in Python, with NumPy.
std::string numpy_program(const Tape<double>& tape, const Var<double>& loss);

/// Writes the program to a file that ends in .cpp. Throws an Error if the file has another ending or cannot be written.
void save_cpp(const Tape<double>& tape, const Var<double>& loss, const std::filesystem::path& file);
/// Writes the program to a file that ends in .py. Throws an Error if the file has another ending or cannot be written.
void save_numpy(const Tape<double>& tape, const Var<double>& loss, const std::filesystem::path& file);

}  // namespace wengert
