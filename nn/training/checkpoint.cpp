#include <autograd/base/error.hpp>
#include <autograd/base/write_file.hpp>
#include <autograd/kernel/finite.hpp>
#include <nn/state/tensor_array.hpp>
#include <nn/training/checkpoint.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>

namespace wengert::nn {
namespace {

constexpr const char* epoch_key = "checkpoint.epoch";
constexpr const char* steps_key = "checkpoint.steps";
constexpr std::string_view steps_prefix = "checkpoint.steps.";
constexpr const char* rate_key = "checkpoint.learning_rate";
constexpr std::string_view generator_prefix = "generator.";
constexpr std::string_view note_prefix = "note.";
constexpr const char* batch_key = "checkpoint.batch";
constexpr std::string_view tally_prefix = "tally.";      ///< sum and count of the loss and the metrics so far
constexpr std::string_view loading_prefix = "loader.";   ///< how the loader serves batches
constexpr std::string_view rule_prefix = "rule.";        ///< the hyper-parameters
constexpr std::string_view setting_prefix = "setting.";  ///< of the layers

using Metadata = std::map<std::string, std::string>;

/// The names of a parameter in the network: several if it is tied, of which a file has one.
template <class T>
std::vector<std::string> names_of(const std::vector<Named<Var<T>>>& every, const Var<T>& parameter,
                                  std::string_view operation) {
  std::vector<std::string> names;
  for (const auto& [name, candidate] : every) {
    if (same(candidate, parameter)) names.push_back(name);
  }
  require(!names.empty(), operation,
          "{} of the optimizer is not a parameter of the network; expected an optimizer of model.parameters() or of "
          "some of them",
          described(parameter));
  return names;
}

/// The names in the network of what the optimizer changes.
template <class T>
std::vector<std::vector<std::string>> names_of_parameters(Module<T>& model, const optim::AnyOptimizer<T>& optimizer,
                                                          std::string_view operation) {
  const std::vector<Named<Var<T>>> every = model.named_parameters(Names::every);
  std::vector<std::vector<std::string>> names;
  for (const Var<T>& parameter : optimizer.parameters()) names.push_back(names_of(every, parameter, operation));
  return names;
}

/// The places of all arrays: those of the network and those of the optimizer.
template <class T>
std::vector<StateSlot<T>> training_slots(Module<T>& model, optim::AnyOptimizer<T>& optimizer,
                                         std::string_view operation) {
  std::vector<StateSlot<T>> slots = state_slots(model);
  for (const StateSlot<T>& slot : slots) {
    require(!slot.name.starts_with(optimizer_prefix), operation,
            "'{}' of the network has a name for what an optimizer remembers; expected none with '{}'; rename it in its "
            "module's parts()",
            slot.name, optimizer_prefix);
  }
  const std::vector<Named<Var<T>>> every = model.named_parameters(Names::every);
  for (const auto& [parameter, name, array] : optimizer.state()) {
    std::vector<std::string> names = names_of(every, parameter, operation);
    for (std::string& of_parameter : names) of_parameter = fmt::format("{}{}.{}", optimizer_prefix, name, of_parameter);
    slots.push_back({names.front(),
                     array,
                     [array = array](Array<T> value) { *array = std::move(value); },
                     {names.begin() + 1, names.end()}});
  }
  return slots;
}

/// The generators of a module and of all modules in it, by all their names.
template <class T>
void list_generators(Module<T>& module, const std::string& prefix, Generators& list) {
  const Parts<T> parts = module.parts();
  for (const auto& [name, generator] : parts.generators) list.push_back({prefix + name, generator});
  for (const auto& [name, child] : parts.children) list_generators(*child, prefix + name + ".", list);
}

/// A generator, with all its names: several if modules share it, of which a file has one.
struct Source {
  Generator* generator;
  std::vector<std::string> names;
};

/// The generators of the network and the user's.
template <class T>
std::vector<Source> all_generators(Module<T>& model, const Generators& others, std::string_view operation) {
  Generators list;
  list_generators(model, "", list);
  list.insert(list.end(), others.begin(), others.end());
  std::set<std::string> names;
  std::vector<Source> sources;
  for (const auto& [name, generator] : list) {
    require(generator != nullptr, operation, "the generator '{}' is a null pointer; expected a generator", name);
    require(names.insert(name).second, operation, "two generators are called '{}'; give each a name of its own", name);
    const auto found = std::find_if(sources.begin(), sources.end(),
                                    [&, g = generator](const Source& source) { return source.generator == g; });
    if (found == sources.end()) sources.push_back({generator, {name}});
    else found->names.push_back(name);
  }
  return sources;
}

std::string with_prefix(std::string_view prefix, const std::string& name) { return std::string(prefix) + name; }

/// The hyper-parameters and the settings of the layers: what has to be the same when a training goes on.
template <class T>
Metadata configuration(Module<T>& model, const optim::AnyOptimizer<T>& optimizer) {
  Metadata metadata;
  for (const optim::HyperParameter& h : optimizer.hyper_parameters()) {
    metadata[with_prefix(rule_prefix, h.name)] = h.text;
  }
  for (const auto& [name, text] : model.named_settings()) metadata[with_prefix(setting_prefix, name)] = text;
  return metadata;
}

Metadata to_metadata(const Progress& progress) {
  Metadata metadata{{epoch_key, fmt::format("{}", progress.epoch)}, {batch_key, fmt::format("{}", progress.batch)}};
  for (const auto& [name, text] : progress.notes) metadata[with_prefix(note_prefix, name)] = text;
  for (const auto& [name, tally] : progress.tallies) {
    metadata[with_prefix(tally_prefix, name)] = fmt::format("{} {}", tally.sum, tally.count);
  }
  if (!progress.loading) return metadata;
  const datasets::LoaderOptions& loading = *progress.loading;
  const auto add = [&](const char* name, std::uint64_t number) {
    metadata[with_prefix(loading_prefix, name)] = fmt::format("{}", number);
  };
  add("seed", loading.seed);
  add("batch_size", loading.batch_size);
  add("shuffle", loading.shuffle ? 1 : 0);
  add("drop_last", loading.drop_last ? 1 : 0);
  add("last_batch_of_one", static_cast<std::uint64_t>(loading.last_batch_of_one));
  if (progress.samples) add("samples", *progress.samples);
  return metadata;
}

/// The metadata whose keys begin with a prefix, without it.
Metadata without_prefix(std::string_view prefix, const Metadata& metadata) {
  Metadata result;
  for (const auto& [key, text] : metadata) {
    if (key.starts_with(prefix)) result[key.substr(prefix.size())] = text;
  }
  return result;
}

/// A file in which a training stands, read but not yet put into effect.
class CheckpointFile {
 public:
  explicit CheckpointFile(const std::filesystem::path& file)
      : name_("'" + file.string() + "'"), content_(read_safetensors(file)) {
    require(is_checkpoint(content_), operation,
            "{} holds no training; expected a file of save_checkpoint; load a network alone with load_weights", name_);
  }

  /// Throws an Error that lists all differences.
  template <class T>
  void check_fits(const std::vector<StateSlot<T>>& slots, std::string_view rule, const Metadata& configuration,
                  const std::vector<Source>& sources) const {
    std::vector<std::string> problems = compare(slots, named_shapes(content_.tensors)).problems({.strict = true});
    for (const Tensor& tensor : content_.tensors) {
      const char* const dtype = is_counter(tensor.name) ? "I64" : dtype_of<T>;
      if (tensor.dtype != dtype)
        problems.push_back(fmt::format("'{}' {} there and {} here", tensor.name, tensor.dtype, dtype));
    }
    if (text(rule_key) != rule) {
      problems.push_back(fmt::format("the rule {} there and {} here", text(rule_key), rule));
    } else {
      compare_configuration(configuration, problems);
    }
    Metadata there = without_prefix(generator_prefix, content_.metadata);
    for (const Source& source : sources) {
      std::size_t found = 0;
      for (const std::string& name : source.names) found += there.erase(name);
      if (found == 0) problems.push_back(fmt::format("the generator '{}' missing there", source.names.front()));
    }
    for (const auto& [name, state] : there) problems.push_back(fmt::format("the generator '{}' unexpected here", name));
    require(problems.empty(), operation,
            "{} does not fit this training: {}; expected the same layers, rule and generators; build them as in the "
            "training that was saved",
            name_, fmt::join(problems, "; "));
  }

  template <class T>
  StateDict<T> state(const std::vector<StateSlot<T>>& slots) const {
    StateDict<T> state = to_state(slots, content_.tensors, operation, name_);
    for (const auto& [name, array] : state) {
      const std::size_t place = first_not_finite(array);
      require(place == array.size(), operation,
              "'{}' of {} is not finite: element {} is {}; expected a file of save_checkpoint, which writes none", name,
              name_, place, place == array.size() ? T(0) : array.data()[place]);
    }
    return state;
  }

  Generator generator(const std::vector<std::string>& names) const {
    const std::string& name = held(generator_prefix, names);
    try {
      return Generator::from_state(text(with_prefix(generator_prefix, name)));
    } catch (const Error& error) {
      fail(operation, fmt::format("the generator '{}' of {}: {}", name, name_, error.what()));
    }
  }

  std::size_t steps() const { return count(steps_key); }

  /// Of a parameter, whichever of its names the file has.
  std::size_t steps_of(const std::vector<std::string>& names) const {
    return count(with_prefix(steps_prefix, held(steps_prefix, names)));
  }

  double learning_rate() const {
    const double rate = number<double>(rate_key);
    require(std::isfinite(rate) && rate >= 0.0, operation, "{} has the learning rate {}; expected 0 or more", name_,
            rate);
    return rate;
  }

  Progress progress() const {
    return {.epoch = count(epoch_key),
            .notes = without_prefix(note_prefix, content_.metadata),
            .batch = count(batch_key),
            .tallies = tallies(),
            .loading = loading(),
            .samples = samples()};
  }

 private:
  static constexpr std::string_view operation = "load_checkpoint";
  static constexpr std::size_t most = std::size_t{1} << 53U;  // what a double counts up to

  bool has(const std::string& key) const { return content_.metadata.contains(key); }

  /// The one of several names that the file has; the first if it has none.
  const std::string& held(std::string_view prefix, const std::vector<std::string>& names) const {
    const auto found = std::find_if(names.begin(), names.end(),
                                    [&](const std::string& name) { return has(with_prefix(prefix, name)); });
    return found == names.end() ? names.front() : *found;
  }

  void compare_configuration(const Metadata& here, std::vector<std::string>& problems) const {
    for (const auto& [key, value] : here) {
      const auto found = content_.metadata.find(key);
      const std::string name = key.substr(key.find('.') + 1);
      if (found == content_.metadata.end()) problems.push_back(fmt::format("{} missing there", name));
      else if (found->second != value)
        problems.push_back(fmt::format("{} {} there and {} here", name, found->second, value));
    }
    for (const auto& [key, value] : content_.metadata) {
      const bool is_setting = key.starts_with(rule_prefix) || key.starts_with(setting_prefix);
      if (is_setting && !here.contains(key)) {
        problems.push_back(fmt::format("{} {} there and none here", key.substr(key.find('.') + 1), value));
      }
    }
  }

  std::map<std::string, Tally> tallies() const {
    std::map<std::string, Tally> result;
    for (const auto& [name, numbers] : without_prefix(tally_prefix, content_.metadata)) {
      const std::size_t blank = std::min(numbers.find(' '), numbers.size());
      result[name] = {parsed<double>(name, numbers.substr(0, blank)),
                      parsed<double>(name, numbers.substr(std::min(blank + 1, numbers.size())))};
      const double of = result[name].count;
      require(std::isfinite(of) && of >= 0.0, operation, "{} has '{}' for {}; expected a sum and a count", name_,
              numbers, with_prefix(tally_prefix, name));
    }
    return result;
  }

  std::optional<datasets::LoaderOptions> loading() const {
    const auto option = [this](const char* name) { return number<std::uint64_t>(with_prefix(loading_prefix, name)); };
    if (without_prefix(loading_prefix, content_.metadata).empty()) return std::nullopt;
    return datasets::LoaderOptions{.batch_size = option("batch_size"),
                                   .shuffle = option("shuffle") != 0,
                                   .drop_last = option("drop_last") != 0,
                                   .seed = option("seed"),
                                   .last_batch_of_one = static_cast<datasets::LastBatch>(option("last_batch_of_one"))};
  }

  std::optional<std::size_t> samples() const {
    const std::string key = with_prefix(loading_prefix, "samples");
    return has(key) ? std::make_optional(count(key)) : std::nullopt;
  }

  const std::string& text(const std::string& key) const {
    const auto found = content_.metadata.find(key);
    require(found != content_.metadata.end(), operation, "{} lacks '{}'; expected a file of save_checkpoint", name_,
            key);
    return found->second;
  }

  std::size_t count(const std::string& key) const {
    const auto result = number<std::size_t>(key);
    require(result <= most, operation, "{} has {} for {}; expected a count of at most {}", name_, result, key, most);
    return result;
  }

  template <class Number>
  Number number(const std::string& key) const {
    return parsed<Number>(key, text(key));
  }

  template <class Number>
  Number parsed(const std::string& key, const std::string& digits) const {
    Number result{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), result);
    require(error == std::errc() && end == digits.data() + digits.size(), operation,
            "{} has '{}' for {}; expected a number", name_, digits, key);
    return result;
  }

  std::string name_;
  SafeTensors content_;
};

}  // namespace

template <class T>
void save_checkpoint(const std::filesystem::path& file, Module<T>& model, optim::AnyOptimizer<T>& optimizer,
                     const Progress& progress, const Generators& generators) {
  constexpr std::string_view operation = "save_checkpoint";
  SafeTensors content{.tensors = to_tensors(training_slots(model, optimizer, operation), operation),
                      .metadata = {{"format", "pt"},
                                   {rule_key, std::string(optimizer.name())},
                                   {steps_key, fmt::format("{}", optimizer.steps())},
                                   {rate_key, fmt::format("{}", optimizer.learning_rate())}}};
  const auto names = names_of_parameters(model, optimizer, operation);
  const std::vector<std::size_t> steps = optimizer.parameter_steps();
  for (std::size_t k = 0; k < names.size(); ++k) {
    content.metadata[with_prefix(steps_prefix, names[k].front())] = fmt::format("{}", steps[k]);
  }
  content.metadata.merge(configuration(model, optimizer));
  content.metadata.merge(to_metadata(progress));
  for (const Source& source : all_generators(model, generators, operation)) {
    content.metadata[with_prefix(generator_prefix, source.names.front())] = source.generator->state();
  }
  base::write_file(operation, file, safetensors_bytes(content));
}

template <class T>
Progress load_checkpoint(const std::filesystem::path& file, Module<T>& model, optim::AnyOptimizer<T>& optimizer,
                         const Generators& generators) {
  constexpr std::string_view operation = "load_checkpoint";
  const std::vector<StateSlot<T>> slots = training_slots(model, optimizer, operation);
  const std::vector<Source> sources = all_generators(model, generators, operation);
  const CheckpointFile checkpoint(file);
  checkpoint.check_fits(slots, optimizer.name(), configuration(model, optimizer), sources);

  Progress progress = checkpoint.progress();
  const std::size_t steps = checkpoint.steps();
  std::vector<std::size_t> parameter_steps;
  for (const std::vector<std::string>& names : names_of_parameters(model, optimizer, operation)) {
    parameter_steps.push_back(checkpoint.steps_of(names));
  }
  const double learning_rate = checkpoint.learning_rate();
  StateDict<T> state = checkpoint.state(slots);
  check_tied(operation, slots, state);
  std::vector<Generator> states;
  for (const Source& source : sources) states.push_back(checkpoint.generator(source.names));

  assign(slots, std::move(state));  // from here on nothing fails
  for (std::size_t i = 0; i < sources.size(); ++i) *sources[i].generator = states[i];
  optimizer.set_steps(steps);
  optimizer.set_parameter_steps(parameter_steps);
  optimizer.set_learning_rate(learning_rate);
  return progress;
}

template void save_checkpoint(const std::filesystem::path&, Module<float>&, optim::AnyOptimizer<float>&,
                              const Progress&, const Generators&);
template void save_checkpoint(const std::filesystem::path&, Module<double>&, optim::AnyOptimizer<double>&,
                              const Progress&, const Generators&);
template Progress load_checkpoint(const std::filesystem::path&, Module<float>&, optim::AnyOptimizer<float>&,
                                  const Generators&);
template Progress load_checkpoint(const std::filesystem::path&, Module<double>&, optim::AnyOptimizer<double>&,
                                  const Generators&);

}  // namespace wengert::nn
