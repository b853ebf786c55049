// Products of matrices, float, ours and those of the BLAS that is installed: large ones, those of a training step of an
// MLP (784-128-10), and skinny ones; also as a share of what the processor can multiply.

#include <fmt/core.h>
#include <autograd/autograd.hpp>

#include "ratios.hpp"

extern "C" {
void sgemm_(const char* transpose_a, const char* transpose_b, const int* m, const int* n, const int* k,
            const float* alpha, const float* a, const int* lda, const float* b, const int* ldb, const float* beta,
            float* c, const int* ldc);
[[gnu::weak]] void openblas_set_num_threads(int threads);
}

namespace {

struct Extents {
  std::size_t rows, depth, columns;
};

/// The same product by BLAS, which counts columns first, so that it computes cᵀ = bᵀ · aᵀ.
void multiply_by_blas(const Extents& e, wengert::MatmulOptions options, const float* a, const float* b, float* c) {
  const int m = static_cast<int>(e.rows), k = static_cast<int>(e.depth), n = static_cast<int>(e.columns);
  const float one = 1.0f, zero = 0.0f;
  sgemm_(options.transpose_b ? "T" : "N", options.transpose_a ? "T" : "N", &n, &m, &k, &one, b,
         options.transpose_b ? &k : &n, a, options.transpose_a ? &m : &k, &zero, c, &n);
}

}  // namespace

int main(int argc, char** argv) {
  if (openblas_set_num_threads != nullptr) openblas_set_num_threads(1);
  wengert::Generator generator(1);
  std::vector<Ratio> ratios;
  std::vector<Work> work;
  const auto add_product = [&](const Extents& e, wengert::MatmulOptions options = {}) {
    const wengert::Shape of_a{options.transpose_a ? e.depth : e.rows, options.transpose_a ? e.rows : e.depth};
    const wengert::Shape of_b{options.transpose_b ? e.columns : e.depth, options.transpose_b ? e.depth : e.columns};
    const wengert::Var<float> a(generator.normal<float>(of_a)), b(generator.normal<float>(of_b));
    const auto c = std::make_shared<wengert::Array<float>>(wengert::empty<float>({e.rows, e.columns}));
    const std::string name = fmt::format("{}x{}{} · {}x{}{}", e.rows, e.depth, options.transpose_a ? "ᵀ" : "", e.depth,
                                         e.columns, options.transpose_b ? "ᵀ" : "");
    add_case(name, [=] { matmul(a, b, options); });
    add_case("BLAS " + name, [=] { multiply_by_blas(e, options, a.value().data(), b.value().data(), c->data()); });
    ratios.push_back({name, "BLAS " + name, 1.10});
    for (const std::string& which : {name, "BLAS " + name})
      work.push_back({which, 2.0 * static_cast<double>(e.rows * e.depth * e.columns)});
  };
  for (const std::size_t extent : {64U, 256U, 512U, 1024U}) add_product({extent, extent, extent});
  add_product({1024, 1024, 1024}, {.transpose_a = true});
  add_product({1024, 1024, 1024}, {.transpose_b = true});
  for (const std::size_t batch : {1U, 8U, 32U, 128U, 512U}) {
    for (const auto& [inputs, outputs] : {std::pair<std::size_t, std::size_t>{784, 128}, {784, 256}, {128, 10}}) {
      add_product({batch, inputs, outputs}, {.transpose_b = true});  // y = x · wᵀ
      add_product({batch, outputs, inputs});                         // dx = g · w
      add_product({outputs, batch, inputs}, {.transpose_a = true});  // dw = gᵀ · x
    }
  }
  add_product({1024, 16, 1024});
  add_product({16, 1024, 16});
  return run_and_print_ratios(argc, argv, ratios, work);
}
