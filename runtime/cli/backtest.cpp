// inferd backtest: accuracy of the candidates, and of a model file, on past candles.

#include "model/model.hpp"
#include "model/trainer.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/model_table.hpp"
#include "runtime/cli/options.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <iostream>
#include <optional>

namespace inferd::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string candles, model;
  std::int64_t horizon_hours = 168;
  WalkForwardPlan plan;
  bool json{};
};

ModelKind kind_of(const std::optional<Model>& model) { return model ? model->file().kind : ModelKind::linear; }

void print(const CandleFile& candles, const Comparison& table, const std::optional<Model>& model, const ModelScore& score) {
  std::cout << fmt::format("gaps: {}\n", candles.gaps.empty() ? "none" : describe_gaps(candles.gaps, candles.gaps.size()))
            << table_text(table.span, table.rows, table.rows[table.chosen].name, kind_of(model))
            << fmt::format("\n* best by the comparison: {}: {}\n", table.rows[table.chosen].name, table.why);
  if (!model) return;
  std::cout << fmt::format("\n{} as it is, {} to {}, {} rows worth {:.0f}, {}:\n", model->name(), score.first, score.last,
                           score.rows, score.independent,
                           score.in_sample ? "IN SAMPLE (it was trained on them: no evidence of skill)"
                                           : "all after its training")
            << row_text(score.row, ' ');
}

void print_json(const CandleFile& candles, const Comparison& table, const std::optional<Model>& model,
                const ModelScore& score) {
  json::array rows;
  for (const auto& row : table.rows) rows.push_back(to_object(row, kind_of(model)));
  json::object out{{"candles", candles.candles.size()},       {"gaps", to_array(candles.gaps)},
                   {"walk_forward", to_object(table.span)},   {"candidates", std::move(rows)},
                   {"chosen", table.rows[table.chosen].name}, {"why", table.why}};
  if (model) {
    auto row = to_object(score.row, kind_of(model));
    row["model"] = model->name();
    row["first"] = score.first;
    row["last"] = score.last;
    row["rows"] = score.rows;
    row["independent"] = score.independent;
    row["in_sample"] = score.in_sample;
    out["model"] = std::move(row);
  }
  std::cout << out << '\n';
}

void run(const Options& o) {
  try {
    std::optional<Model> model;
    if (!o.model.empty()) model = load_model(o.model);
    const auto candles = candles_or_fail(o.candles);
    const auto samples = make_samples(candles.candles, model ? model->file().horizon_hours : o.horizon_hours);
    const auto table = model && model->file().kind == ModelKind::labels
                         ? compare_labels(samples, rules_of(model->file()), o.plan)
                         : compare(samples, o.plan);
    const auto score = model ? score_model(*model, samples, o.plan) : ModelScore{};
    o.json ? print_json(candles, table, model, score) : print(candles, table, model, score);
  } catch (const ModelError& e) {
    throw Failure(e.what());
  } catch (const TrainingError& e) {
    throw Failure(o.candles + ": " + e.what());
  } catch (const TooFewRows& e) {
    throw Failure(o.candles + ": too few candles: " + e.what());
  }
}

} // namespace

void add_backtest(CLI::App& program) {
  auto* verb = program.add_subcommand("backtest", "Show how well the candidates, and a model file, do on candles");
  verb->footer(
    "The table is walk-forward: each prediction by a fit that saw the past only. A model file is also tried as it is,\n"
    "on the candles after its training where there are enough.\nExamples\n"
    "  inferd backtest --candles etc/data/btcusd-1h.csv\n"
    "  inferd backtest --candles later.csv --model btcusd.json --json");
  const auto o = std::make_shared<Options>();
  add_candles_option(*verb, o->candles)->required();
  verb->add_option("--model", o->model, "A file of `inferd train`; its horizon is used")->type_name("FILE");
  verb->add_option("--horizon-hours", o->horizon_hours, "Without a model")->check(CLI::Range(1, 8'760))->capture_default_str();
  add_plan_options(*verb, o->plan);
  add_config_option(*verb);
  verb->add_flag("--json", o->json, "As one JSON object, gaps included");
  verb->callback([o] { run(*o); });
}

} // namespace inferd::cli
