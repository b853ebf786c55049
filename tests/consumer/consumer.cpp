#include <autograd/array.hpp>
#include <autograd/shape.hpp>

int main() {
  const wengert::Array<float> array = wengert::ones<float>({2, 3});
  fmt::print("an array of shape {}\n", array.shape());
  return wengert::element_count(array.shape()) == 6 ? 0 : 1;
}
