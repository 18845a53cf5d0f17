// inferd train: trains a model file from candles and prints the comparison.

#include "base/duration.hpp"
#include "model/inputs/feature_set.hpp"
#include "model/training/joint_volatility.hpp"
#include "model/model.hpp"
#include "model/training/trainer.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/model_table.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/models/target_options.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>

namespace inferd::cli {
namespace {

struct Options {
  std::string candles, out, config;
  std::optional<std::uint64_t> topic;
  std::optional<std::string> symbol;
  TargetOptions target;
  std::string keep;
  std::optional<double> constant;
  LabelRules labels;
  bool json{};
};

/// Options not given are taken from the configuration's topic, if a file is named.
void fill_in(Options& o) {
  if (o.config.empty()) return;
  const auto topics = load_or_fail(o.config, ConfigFor::lookup).topics;
  if (!o.topic && topics.size() == 1) o.topic = topics.front().id.value;
  for (const auto& topic : topics) {
    if (o.topic != topic.id.value) continue;
    if (!o.symbol) o.symbol = topic.symbol;
    if (!o.target.horizon_hours && !o.target.horizon) o.target.horizon = duration_text(topic.horizon_ms);
    if (!o.target.interval) o.target.interval = duration_text(topic.interval.ms);
    if (!o.target.target && !topic.target.empty()) o.target.target = topic.target;
    if (o.out.empty()) o.out = topic.model;
    return;
  }
  if (o.topic) throw Failure(fmt::format("{}: there is no topic {}", o.config, *o.topic), exit_usage);
}

ModelFile make(const Options& o, TrainSettings settings) {
  const auto interval = interval_of(o.target);
  if (o.constant) {
    apply(o.target, interval.value_or(one_hour), settings);
    return constant_model(settings, *o.constant);
  }
  const auto candles = candles_or_fail(o.candles, interval);
  apply(o.target, candles.interval, settings);
  if (!o.labels.labels.empty() && !o.target.with.empty()) throw Failure("--with is for --target volatility", exit_usage);
  if (!o.labels.labels.empty()) return train_labels(candles, settings, o.labels);
  int reported = 0;
  return train(candles, other_candles(o.target.with, candles.interval), settings, [&reported](double share) {
    for (; reported < static_cast<int>(share * 4); ++reported)
      std::cerr << fmt::format("walk-forward: {} %\n", 25 * (reported + 1));
  });
}

void print(const ModelFile& file, const std::string& out, bool as_json) {
  if (as_json) {
    boost::json::array rows;
    for (const auto& row : file.scores) rows.push_back(to_object(row, table_kind(file)));
    std::cout << boost::json::object{{"file", out},
                                     {"checksum", model_checksum(file)},
                                     {"chosen", file.chosen},
                                     {"why", file.why},
                                     {"gaps", file.training.gaps},
                                     {"walk_forward", to_object(file.walk_forward)},
                                     {"candidates", std::move(rows)}}
              << '\n';
    return;
  }
  if (!file.scores.empty())
    std::cout << table_text(file.walk_forward, {interval_ms(file)}, file.scores, file.chosen, table_kind(file)) << '\n';
  std::cout << fmt::format("{}kept: {}: {}\nwritten: {} ({})\n", file.scores.empty() ? "" : "* ", file.chosen, file.why, out,
                           model_checksum(file));
}

/// Whether a features.json may be replaced: it is a list of features that inferd has, as the one that is written here.
bool is_ours(const std::filesystem::path& path) {
  std::ifstream file(path);
  try {
    const auto names = boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    for (const auto& name : boost::json::value_to<std::vector<std::string>>(names))
      if (!is_of_network(name)) FeatureSet({split_series_of(name).second}, {one_hour, 1}); // refuses other names
    return true;
  } catch (const std::exception&) {
    return false;
  }
}

/// The names of the features beside the model, as the original guide has them. Nothing reads the file.
void write_feature_names(const Model& model, const std::string& model_path) {
  const auto path = std::filesystem::path(model_path).replace_filename("features.json");
  if (path == model_path) return;
  std::error_code error;
  if (std::filesystem::exists(path, error) && !is_ours(path)) {
    std::cerr << path.string() << " is left as it is: it is not a list of inferd's features\n";
    return;
  }
  std::ofstream file(path);
  file << boost::json::serialize(boost::json::value_from(model.features().empty() ? classic_features() : model.features()))
       << '\n';
  if (!file.flush()) std::cerr << path.string() << " cannot be written; the model does not need it\n";
}

void run(Options o) {
  fill_in(o);
  if (!o.topic) throw Failure("--topic is required", exit_usage);
  if (o.out.empty()) throw Failure("--out is required", exit_usage);
  if (o.candles.empty() && !o.constant) throw Failure("--candles is required", exit_usage);
  if (const auto why = problem(o.labels); !o.labels.labels.empty() && !why.empty())
    throw Failure("--labels, --edges: " + why, exit_usage);
  const TrainSettings settings{.topic = *o.topic, .symbol = o.symbol.value_or("btcusd"), .keep = o.keep};
  try {
    const auto file = make(o, settings);
    const Model model(file, o.out); // validates the file before it is written
    write_model(file, o.out);
    if (!o.constant) write_feature_names(model, o.out);
    print(file, o.out, o.json);
  } catch (const TrainingError& e) {
    throw Failure(o.candles.empty() ? e.what() : o.candles + ": " + e.what());
  } catch (const ModelError& e) {
    throw Failure(e.what());
  }
}

} // namespace

void add_train(CLI::App& program) {
  auto* verb = program.add_subcommand("train", "Make a model file from candles: the candidate that wins, and why");
  verb->footer(
    "Candidates are compared by walk-forward error; one that is not simplest is kept only when its advantage is more than\n"
    "chance would give. Exit codes: 0 written, 1 not possible, 2 wrong command line.\nExamples\n"
    "  inferd train --candles etc/data/btcusd-1h.csv --topic 67 --out btcusd.json\n"
    "  inferd train --candles M.csv --topic 79 --target volatility --horizon 4h --interval 1m --out volatility.json\n"
    "  inferd train --candles B.csv --with ethusd=E.csv --topic 79 --target volatility --horizon 4h --out volatility.json\n"
    "  inferd train --candles C.csv --topic 68 --labels down,flat,up --edges -0.02,0.02 --out labels.json\n"
    "  inferd train --constant 0.001 --topic 67 --out constant.json");
  const auto o = std::make_shared<Options>();
  add_candles_option(*verb, o->candles);
  verb->add_option("--topic", o->topic, "The topic's id on the chain")->type_name("ID");
  verb->add_option("--symbol", o->symbol, "What the candles are of; default btcusd");
  verb->add_option("--out", o->out, "The model file, replaced as a whole; features.json beside it lists the features")
    ->type_name("FILE");
  add_target_options(*verb, o->target);
  verb->add_option("--keep", o->keep, "Keep this candidate whatever wins; the file says so")->type_name("NAME");
  auto* constant =
    verb->add_option("--constant", o->constant, "No training: a model that always says this log return or volatility");
  auto* labels =
    verb->add_option("--labels", o->labels.labels, "A topic of labels, from the lowest returns to the highest")->delimiter(',');
  verb->add_option("--edges", o->labels.edges, "The log returns between the labels")->delimiter(',')->needs(labels);
  constant->excludes(labels);
  verb->add_option("--config", o->config, "TOML file: symbol, horizon and model file of its topic")->type_name("FILE");
  verb->add_flag("--json", o->json, "The table as one JSON object");
  verb->callback([o] { run(*o); });
}

} // namespace inferd::cli
