// A convolution is a matrix product: the same numbers twice, the gradient of both, and batch norm for each channel.
#include <autograd/autograd.hpp>
#include <autograd/check/compare.hpp>
#include <autograd/check/gradcheck.hpp>
#include <autograd/explain/pictures/save_array.hpp>
#include <autograd/explain/program.hpp>
#include <autograd/operations/convolution.hpp>
#include <autograd/operations/unfold.hpp>
#include <datasets/collections/digits.hpp>

using namespace wengert;

namespace {

void print_plane(const char* title, const Array<double>& x, std::size_t channel) {
  fmt::print("{}\n", title);
  for (std::size_t i = 0; i < x.shape()[2]; ++i) {
    for (std::size_t j = 0; j < x.shape()[3]; ++j) fmt::print("{:>5g}", x(0, channel, i, j));
    fmt::print("\n");
  }
}

void print_agreement(const char* what, const Array<double>& a, const Array<double>& b) {
  const Comparison row = compare(what, a, b, {.relative = 1e-12, .absolute = 1e-12});
  fmt::print("{}: {}\n", what, row.approximate ? "the same" : "different");
}

}  // namespace

int main() {
  // One image of 4 x 4 with a dark left and a bright right half, and two filters of 3 x 3: edges, and the mean.
  const Var<double> x = parameter(Array<double>{{{{0, 0, 9, 9}, {0, 0, 9, 9}, {0, 0, 9, 9}, {0, 0, 9, 9}}}}, "x");
  Array<double> filters = full<double>({2, 1, 3, 3}, 1.0);  // (O, C, kH, kW)
  for (std::size_t i = 0; i < 3; ++i) {
    filters(0, 0, i, 0) = -1.0;
    filters(0, 0, i, 1) = 0.0;
  }
  const Var<double> w = parameter(filters, "w");
  print_plane("The image:", x.value(), 0);
  const Var<double> y = conv2d(x, w);  // (N, O, H - 2, W - 2)
  print_plane("Filter 1, right minus left:", y.value(), 0);
  print_plane("Filter 2, the sum:", y.value(), 1);

  // Every window as a column: then the convolution is one product.
  const Var<double> columns = unfold(x, {.size = 3});  // (N, 9, 4)
  fmt::print("\nThe windows as columns, a row for each place in the window:\n");
  for (std::size_t k = 0; k < 9; ++k) {
    for (std::size_t l = 0; l < 4; ++l) fmt::print("{:>5g}", columns.value()(0, k, l));
    fmt::print("\n");
  }
  const Var<double> product = reshape(matmul(reshape(w, {2, 9}), columns), y.shape());
  print_agreement("conv2d and the product of matrices", y.value(), product.value());

  {
    Tape<double> tape;
    const Var<double> z = conv2d(x, w).named("y");
    fmt::print("\nThe gradient of conv2d; both lines are convolutions again:\n{}", adjoint_program(tape, z).text());
  }
  Tape<double> tape;
  const Var<double> u = unfold(x, {.size = 3}).named("u");
  const Var<double> z = matmul(reshape(w, {2, 9}), u).named("y");
  fmt::print("\nThe gradient of the product:\n{}\n", adjoint_program(tape, z).text());

  const auto fast = [](const Var<double>& a, const Var<double>& b) { return conv2d(a, b); };
  fmt::print("Finite differences to order two: {}\n", to_string(gradcheck(fast, {x, w}, {.order = 2}).verdict));

  // Batch norm of images has a mean and a variance for each channel, over the batch and both axes of the plane.
  const Var<double> gamma(ones<double>({1, 2, 1, 1})), beta(zeros<double>({1, 2, 1, 1}));
  const BatchNormalised<double> normalised = batch_norm(y, gamma, beta, {0, 2, 3}, 1e-3);
  fmt::print("\nBatch norm, for each channel: the means are {:g} and {:g}, the variances {:g} and {:g}.\n",
             normalised.mean.value()(0, 0, 0, 0), normalised.mean.value()(0, 1, 0, 0),
             normalised.variance.value()(0, 0, 0, 0), normalised.variance.value()(0, 1, 0, 0));

  // Pictures of the filters, of a handwritten digit, and of what the filters make of it.
  Array<double> digit = datasets::slice_rows(datasets::digits<double>().inputs, 0, 1);  // (1, 64)
  digit.reshape(Shape{1, 1, 8, 8});
  save_array(w.value(), "out/06_filters.svg", "filters");
  save_array(digit, "out/06_digit.svg", "digit");
  save_array(conv2d(Var<double>(digit), w).value(), "out/06_feature_maps.svg", "feature maps");
}
