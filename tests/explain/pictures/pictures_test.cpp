#include <doctest/doctest.h>
#include <autograd/base/process.hpp>
#include <autograd/explain/pictures/save_array.hpp>
#include <autograd/explain/pictures/save_graph.hpp>
#include <autograd/operations/arithmetic.hpp>
#include <autograd/operations/elementwise.hpp>
#include <autograd/operations/reductions.hpp>
#include <autograd/tape/scope.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "../../error_text.hpp"

using namespace wengert;

namespace {

Replay quoted_neuron() {
  const Var<double> x = parameter(Array<double>{1.0, 2.0}, "the \"x\"");
  Tape<double> tape;
  return replay(tape, sum(square(x).named("y")).named("loss"));
}

std::size_t occurrences_of(const std::string& part, const std::string& text) {
  std::size_t number = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++number;
  return number;
}

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

TEST_CASE("the graph of a record has a box for each entry and an edge for each operand") {
  CHECK(graph_dot(quoted_neuron()) ==
        "digraph tape {\n"
        "  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n"
        "  n0 [label=\"the \\\"x\\\"\\n(2,)\"];\n"
        "  n1 [label=\"y\\nsquare (2,)\"];\n"
        "  n2 [label=\"loss\\nsum ()\"];\n"
        "  n0 -> n1;\n"
        "  n1 -> n2;\n"
        "}\n");
}

TEST_CASE("the graph has a frame around each scope, within those that it is in") {
  const Var<double> x = parameter(Array<double>{1.0, 2.0}, "x");
  Tape<double> tape;
  const Var<double> y = [&] {
    const Scope encoder("encoder");
    const Scope first("first");
    return square(x).named("y");
  }();
  const Replay record = replay(tape, sum(y).named("loss"));
  const std::string frame =
      "subgraph \"cluster encoder\" { label=\"encoder\"; style=rounded; color=gray; fontname=\"sans-serif\"; "
      "subgraph \"cluster encoder/first\" { label=\"first\"; style=rounded; color=gray; fontname=\"sans-serif\"; ";
  CHECK(contains(graph_dot(record), "  " + frame + "n1 [label=\"y\\nsquare (2,)\"]; } }\n"));
  CHECK(contains(graph_dot(record), "  n2 [label="));
  CHECK_FALSE(contains(graph_dot(record, {.scopes = false}), "subgraph"));
}

TEST_CASE("the graph shows values, and adjoints on dashed edges") {
  const std::string dot = graph_dot(quoted_neuron(), {.values = true, .adjoints = true});
  CHECK(contains(dot, "n1 [label=\"y\\nsquare (2,)\\n1 4\\ndy: 1 1\"]"));
  CHECK(contains(dot, "n1 -> n0 [style=dashed, constraint=false, label=\"=\"]"));
}

TEST_CASE("save_graph writes what its file's ending says, and says what it cannot do") {
  const std::filesystem::path folder = std::filesystem::temp_directory_path() / "wengert_save_graph";
  const Replay record = quoted_neuron();
  save_graph(record, folder / "g.dot");
  CHECK(bytes_of(folder / "g.dot") == graph_dot(record));
  CHECK(error_text([&] { save_graph(record, "g.png"); }) ==
        "[save_graph] got 'g.png'; expected a file that ends in .dot or .svg");
  if (base::has_program("dot")) {
    save_graph(record, folder / "g.svg");
    CHECK(contains(bytes_of(folder / "g.svg"), "<svg"));
    CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 2);
  } else {
    CHECK(contains(error_text([&] { save_graph(record, folder / "g.svg"); }), "install graphviz"));
  }
  std::filesystem::remove_all(folder);
}

TEST_CASE("an array is drawn as a map of cells, with numbers where they fit") {
  const std::string svg = array_svg(Array<double>{{1.0, -2.0}, {0.0, 0.5}}, "a < b");
  CHECK(occurrences_of("<rect", svg) == 1 + 4);
  CHECK(contains(svg, "a &lt; b (2, 2)"));
  CHECK(contains(svg, ">-2</text>"));
  CHECK(contains(svg, "fill=\"#2663b9\""));  // the largest size has the full colour
  const std::string large = array_svg(zeros<float>({2, 20, 30}));
  CHECK(occurrences_of("<rect", large) == 1 + 1200);
  CHECK(occurrences_of("<text", large) == 1);
}

TEST_CASE("arrays of any rank, without elements or with some that are not finite are drawn too") {
  CHECK(occurrences_of("<rect", array_svg(Array<double>(3.0))) == 2);
  CHECK(occurrences_of("<rect", array_svg(empty<double>({0, 3}))) == 1);
  CHECK(contains(array_svg(Array<double>{std::nan(""), 1.0}), "#888888"));
  CHECK(contains(error_text([] { save_array(zeros<double>({2}), "/dev/null/a.svg"); }), "[save_array]"));
}

TEST_CASE("a graph has names as they are, and no norm of what is not finite") {
  const Var<double> x = parameter(full<double>({20}, -1.0), "a &lt; b");
  Tape<double> tape;
  const Var<double> y = sqrt(x).named("y");
  const std::string dot = graph_dot(replay(tape, sum(y).named("loss")), {.values = true, .adjoints = true});
  CHECK(contains(dot, "n0 [label=\"a &amp;lt; b\\n(20,)\\nnorm 4.472\\nda &amp;lt; b: not finite\"]"));
  CHECK(contains(dot, "n1 [label=\"y\\nsqrt (20,)\\nnot finite\\n"));
  CHECK(contains(dot, "sum ()\\nnan\\n"));
}

TEST_CASE("the picture of an array is as wide as its title and its numbers are") {
  CHECK(contains(array_svg(Array<double>{1.0, -0.06642}), "width=\"200\""));
  CHECK(contains(array_svg(Array<double>{1.0, -123456.0, 1e-7}), "width=\"284\""));
  CHECK(contains(array_svg(Array<double>{1.0}, "the gradient of the first filter"), "width=\"328\""));
  CHECK(contains(array_svg(Array<double>{-std::numeric_limits<double>::quiet_NaN()}), ">nan</text>"));
}
