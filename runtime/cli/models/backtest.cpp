// inferd backtest: accuracy of the candidates, and of a model file, on past candles.

#include "base/duration.hpp"
#include "model/scoring/claims.hpp"
#include "model/model.hpp"
#include "model/training/prediction_rows.hpp"
#include "model/ridge5.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/model_table.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/models/plot.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/figures/figures_json.hpp"
#include "runtime/cli/models/target_options.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <fstream>
#include <iostream>

namespace inferd::cli {
namespace {

namespace json = boost::json;

struct Options {
  std::string candles, model, from, svg;
  TargetOptions target;
  bool json{};
};

/// What is printed.
struct Backtest {
  CandleFile candles;
  TrainSettings settings;
  TableKind kind{};
  Comparison table;
  std::optional<Model> model;
  ModelScore score; ///< of `model`
  std::vector<std::string> claims;
  OtherCandles others; ///< of --with
  JointSamples joint;  ///< where there are any; otherwise `own` alone
  PredictionRows rows; ///< of `model` or, without one, of the best candidate; none for labels
  PlotText plot;
  std::vector<Coverage> coverage; ///< of ranges around `rows`
};

/// A model's own target, and the options that it leaves open.
TargetOptions target_of(const Options& o, const std::optional<Model>& model) {
  auto target = o.target;
  if (!model) return target;
  const auto& file = model->file();
  const auto same = [&](const std::optional<std::string>& given, const std::string& own, const char* option) {
    if (given && *given != own && parse_duration(*given) != parse_duration(own))
      throw Failure(fmt::format("{}: {} contradicts the model, which has {}", option, *given, own), exit_usage);
  };
  const auto output = file.kind == ModelKind::labels ? "log_return" : boost::describe::enum_to_string(file.output, "?");
  same(target.horizon, file.horizon, "--horizon");
  same(target.interval, file.interval, "--interval");
  same(target.target, output, "--target");
  if (!file.estimator.empty()) {
    same(target.estimator, file.estimator, "--estimator");
    target.estimator = file.estimator;
  }
  target.horizon_hours.reset();
  target.horizon = file.horizon;
  target.interval = file.interval;
  target.target = output;
  return target;
}

/// Whose predictions are plotted: the model's; otherwise the best candidate's, of returns the one that a claim is about.
std::string plotted_name(const Backtest& b) {
  if (b.model) return b.score.row.name;
  const auto& table = b.table;
  return table.chosen == 0 && table.rows.back().name == ridge5_name ? ridge5_name : table.rows[table.chosen].name;
}

void add_rows(Backtest& b, Instant from) {
  const bool volatility = b.kind == TableKind::volatility;
  const auto name = plotted_name(b);
  const auto& samples = b.joint.own;
  if (b.model)
    b.rows = rows_of_model(*b.model, b.candles.candles, b.others, samples, parse_utc(b.score.first).value_or(Instant{}));
  else if (name == b.joint.name) b.rows = rows_of_joint(b.joint, b.settings.plan, from);
  else b.rows = rows_of_candidate(samples, *rules_for(b.settings.interval), b.settings.plan, b.settings.output, name, from);
  b.plot = {fmt::format("{}: {}, {} ahead", b.model ? b.model->name() : name, volatility ? "volatility" : "log return",
                        duration_text(b.settings.horizon_ms)),
            volatility ? "volatility over the horizon" : "log return"};
  for (const double level : {0.8, 0.95}) b.coverage.push_back(coverage_of(b.rows, level, volatility));
  for (auto& claim : claims(b.coverage, name)) b.claims.push_back(std::move(claim));
}

Backtest compute(const Options& o) {
  Backtest b;
  if (!o.model.empty()) b.model = load_model(o.model);
  const auto target = target_of(o, b.model);
  Instant from;
  if (!o.from.empty()) {
    const auto t = parse_utc(o.from.size() == 10 ? o.from + "T00:00:00Z" : o.from);
    if (!t)
      throw Failure(fmt::format("--from: \"{}\" is not of the form 2025-01-01 or 2025-01-01T00:00:00Z", o.from), exit_usage);
    from = *t;
  }
  b.candles = candles_or_fail(o.candles, interval_of(target));
  apply(target, b.candles.interval, b.settings);
  const auto& settings = b.settings;
  const auto& rules = *rules_for(settings.interval);
  const bool labels = b.model && b.model->file().kind == ModelKind::labels;
  const bool volatility = settings.output == ModelOutput::volatility;
  b.kind = labels ? TableKind::labels : volatility ? TableKind::volatility : TableKind::returns;
  b.others = other_candles(o.target.with, settings.interval);
  if (!b.others.empty() && !volatility && !b.model)
    throw Failure("--with is for --target volatility, or for a --model with such inputs", exit_usage);
  const bool joint = volatility && !b.others.empty();
  if (b.model)
    for (const auto& series : other_inputs_of(b.model->features()))
      if (!b.others.contains(series))
        throw Failure(fmt::format("{} has inputs of {}: --with {}=CSV is needed", b.model->name(), series, series), exit_usage);
  if (joint) b.joint = joint_samples(b.candles.candles, b.others, rules, settings.estimator, settings.horizon());
  else if (volatility) b.joint.own = volatility_samples(b.candles.candles, rules, settings.estimator, settings.horizon());
  else b.joint.own = make_samples(b.candles.candles, settings.horizon(), settings.interval);
  const auto& samples = b.joint.own;
  b.table = labels       ? compare_labels(samples, rules_of(b.model->file()), settings.plan)
            : joint      ? compare_joint_volatility(b.joint, rules, settings.plan, {}, nullptr, from)
            : volatility ? compare_volatility(samples, rules, settings.plan, {}, nullptr, from)
                         : compare(samples, settings.plan, {}, nullptr, from);
  if (!labels) b.claims = claims(b.table, settings.output);
  if (b.model) {
    b.score = score_model(*b.model, b.candles.candles, b.others, samples, settings.plan, from);
    for (auto& claim : claims(b.score, settings.output)) b.claims.push_back(b.model->name() + ": " + claim);
  }
  if (!labels) add_rows(b, from);
  return b;
}

void print(const Backtest& b) {
  const auto& table = b.table;
  std::cout << fmt::format("gaps: {}\n", b.candles.gaps.empty() ? "none" : describe_gaps(b.candles.gaps, b.candles.gaps.size()))
            << table_text(table.span, b.settings.interval, table.rows, table.rows[table.chosen].name, b.kind)
            << fmt::format("\n* best by the comparison: {}: {}\n", table.rows[table.chosen].name, table.why);
  if (!table.grades.empty()) std::cout << '\n' << grades_text(table.rows, table.grades);
  if (b.model)
    std::cout << fmt::format("\n{} as it is, {} to {}, {} rows worth {:.0f}, {}:\n", b.model->name(), b.score.first,
                             b.score.last, b.score.rows, b.score.independent,
                             b.score.in_sample ? "IN SAMPLE (it was trained on them: no evidence of skill)"
                                               : "all after its training")
              << row_text(b.score.row, ' ', b.kind);
  if (b.model && b.score.grade) std::cout << grades_text({b.score.row}, {*b.score.grade});
  if (!b.coverage.empty())
    std::cout << '\n' << coverage_text(b.coverage, plotted_name(b)) << '\n' << terminal_plot(b.rows, b.plot);
  if (!b.claims.empty()) std::cout << "\nwhat the figures allow to claim\n";
  for (const auto& claim : b.claims) std::cout << "- " << claim << '\n';
}

void print_json(const Backtest& b) {
  json::array rows;
  for (std::size_t i = 0; i < b.table.rows.size(); ++i) {
    auto row = to_object(b.table.rows[i], b.kind);
    if (i < b.table.grades.size()) row["promotion"] = to_object(b.table.grades[i]);
    rows.push_back(std::move(row));
  }
  json::array coverage;
  json::object out{{"candles", b.candles.candles.size()},
                   {"target", boost::describe::enum_to_string(b.settings.output, "?")},
                   {"horizon", duration_text(b.settings.horizon_ms)},
                   {"interval", duration_text(b.settings.interval.ms)},
                   {"gaps", to_array(b.candles.gaps)},
                   {"walk_forward", to_object(b.table.span)},
                   {"candidates", std::move(rows)},
                   {"chosen", b.table.rows[b.table.chosen].name},
                   {"why", b.table.why},
                   {"claims", json::value_from(b.claims)}};
  if (b.kind == TableKind::volatility) out["estimator"] = estimator_name(b.settings.estimator);
  if (b.model) {
    auto row = to_object(b.score.row, b.kind);
    if (b.score.grade) row["promotion"] = to_object(*b.score.grade);
    row["model"] = b.model->name();
    row["first"] = b.score.first;
    row["last"] = b.score.last;
    row["rows"] = b.score.rows;
    row["independent"] = b.score.independent;
    row["in_sample"] = b.score.in_sample;
    out["model"] = std::move(row);
  }
  for (const auto& c : b.coverage) coverage.push_back(to_object(c));
  if (b.kind != TableKind::labels) out["coverage"] = json::object{{"name", plotted_name(b)}, {"ranges", std::move(coverage)}};
  std::cout << out << '\n';
}

void write_svg(const Backtest& b, const std::string& path) {
  if (b.coverage.empty()) throw Failure("--svg: a model of labels has no plot", exit_usage);
  std::ofstream file(path);
  if (!(file << svg_plot(b.rows, b.coverage.front(), b.plot)).flush()) throw Failure("--svg: " + path + " cannot be written");
}

void run(const Options& o) {
  try {
    const auto b = compute(o);
    if (!o.svg.empty()) write_svg(b, o.svg);
    o.json ? print_json(b) : print(b);
  } catch (const ModelError& e) {
    throw Failure(e.what());
  } catch (const FeatureError& e) {
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
    "on the candles after its training where there are enough. Figures and protocol: etc/design/models.md.\nExamples\n"
    "  inferd backtest --candles etc/data/btcusd-1h.csv\n"
    "  inferd backtest --candles etc/data/btcusd-1h.csv --target volatility --horizon 4h --svg plot.svg\n"
    "  inferd backtest --candles B.csv --with ethusd=E.csv --target volatility --horizon 4h\n"
    "  inferd backtest --candles later.csv --model btcusd.json --from 2025-11-01 --json");
  const auto o = std::make_shared<Options>();
  add_candles_option(*verb, o->candles)->required();
  verb->add_option("--model", o->model, "A file of `inferd train`; its target is used")->type_name("FILE");
  add_target_options(*verb, o->target);
  verb->add_option("--from", o->from, "Score only predictions from candles opened at this time or later")->type_name("TIME");
  verb->add_option("--svg", o->svg, "Write a plot of predictions against truth to this file")->type_name("FILE");
  add_config_option(*verb);
  verb->add_flag("--json", o->json, "As one JSON object, gaps included");
  verb->callback([o] { run(*o); });
}

} // namespace inferd::cli
