#include <datasets/collections/embedded.hpp>

#include <datasets/collections/digits.hpp>
#include <datasets/collections/iris.hpp>
#include <datasets/formats/csv.hpp>

namespace wengert::datasets {

template <class T>
Dataset<T> iris() {
  return to_dataset<T>(parse_csv(embedded::iris_csv(), "iris.csv"), {.label_column = "species"});
}

template <class T>
Dataset<T> digits() {
  return to_dataset<T>(parse_csv(embedded::digits_csv(), "digits.csv"), {.label_column = "digit"});
}

template Dataset<float> iris();
template Dataset<double> iris();
template Dataset<float> digits();
template Dataset<double> digits();

}  // namespace wengert::datasets
