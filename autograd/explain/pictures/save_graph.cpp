#include <autograd/base/process.hpp>
#include <autograd/base/text.hpp>
#include <autograd/base/write_file.hpp>
#include <autograd/explain/pictures/save_graph.hpp>

namespace wengert {
namespace {

constexpr std::size_t most_shown = 12;  // elements of an array in a box

/// A text between quotes of Graphviz's language.
std::string quoted(const std::string& text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    if (c == '\n') result += "\\n";
    else if (c == '&') result += "&amp;";  // Graphviz reads &lt; as <
    else result += c;
  }
  return result + "\"";
}

std::string numbers(const Snapshot& array) {
  if (array.size() > most_shown) return array.not_finite > 0 ? "not finite" : fmt::format("norm {:.4g}", array.norm);
  const std::size_t width = array.shape.empty() ? 1 : std::max<std::size_t>(1, array.shape[array.shape.size() - 1]);
  std::string text;
  for (std::size_t i = 0; i < array.values.size(); ++i) {
    if (i > 0) text += i % width == 0 ? "\n" : " ";
    text += base::short_number(array.values[i], 4);
  }
  return text;
}

std::string label(const ForwardStep& step, const SharedSnapshot& adjoint, const GraphOptions& options) {
  std::string text = step.name.text + "\n";
  if (step.formula) text += step.operation + " ";
  text += to_string(step.value->shape);
  if (options.values) text += "\n" + numbers(*step.value);
  if (!options.adjoints) return text;
  return text + "\n" + step.adjoint.text + ": " + (adjoint == nullptr ? "—" : numbers(*adjoint));
}

/// A statement within the frames of a scope, `encoder/first`, each inside the one before. Frames of the same name are
/// one.
std::string framed(const std::string& scope, const std::string& statement) {
  std::string opened, closed;
  for (std::size_t end = 0; end < scope.size(); ++end) {
    const std::size_t begin = end;
    end = std::min(scope.find('/', begin), scope.size());
    opened += fmt::format("subgraph {} {{ label={}; style=rounded; color=gray; fontname=\"sans-serif\"; ",
                          quoted("cluster " + scope.substr(0, end)), quoted(scope.substr(begin, end - begin)));
    closed += " }";
  }
  return opened + statement + closed;
}

}  // namespace

std::string graph_dot(const Replay& replay, GraphOptions options) {
  std::string dot = "digraph tape {\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n";
  const std::vector<SharedSnapshot> adjoints = replay.adjoints();
  for (std::size_t slot = 0; slot < replay.forward.size(); ++slot) {
    const ForwardStep& step = replay.forward[slot];
    const std::string box = fmt::format("n{} [label={}];", slot, quoted(label(step, adjoints[slot], options)));
    dot += "  " + (options.scopes ? framed(step.scope, box) : box) + "\n";
  }
  for (std::size_t slot = 0; slot < replay.forward.size(); ++slot) {
    for (const ReplayOperand& operand : replay.forward[slot].operands) {
      if (operand.slot) dot += fmt::format("  n{} -> n{};\n", *operand.slot, slot);
    }
  }
  for (const BackwardStep& step : replay.backward) {
    if (!options.adjoints || !step.through) continue;
    dot += fmt::format("  n{} -> n{} [style=dashed, constraint=false, label={}];\n", *step.through, step.target,
                       quoted(step.is_first() ? "=" : "+="));
  }
  return dot + "}\n";
}

void save_graph(const Replay& replay, const std::filesystem::path& file, GraphOptions options) {
  const std::string ending = file.extension().string();
  require(ending == ".dot" || ending == ".svg", "save_graph", "got '{}'; expected a file that ends in .dot or .svg",
          file.string());
  const std::string dot = graph_dot(replay, options);
  if (ending == ".dot") return base::write_file("save_graph", file, dot);
  require(base::has_program("dot"), "save_graph",
          "'{}' cannot be drawn, for Graphviz's program dot is not here; install graphviz, or save a .dot file",
          file.string());
  const base::TemporaryFile source(file.string() + ".dot");
  base::write_file("save_graph", source.path(), dot);
  const std::string svg = base::output_of("save_graph", "dot -Tsvg " + base::shell_word(source.path().string()));
  base::write_file("save_graph", file, svg);
}

}  // namespace wengert
