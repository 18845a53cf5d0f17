#include "runtime/cli/models/models_try.hpp"

#include "base/decimal_text.hpp"
#include "base/duration.hpp"
#include "base/utc.hpp"
#include "model/training/interval_rules.hpp"
#include "model/scoring/realised.hpp"
#include "model/inputs/joint_features.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/daemon/plan/shadow_plan.hpp"
#include "runtime/live/http_client.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <future>

namespace inferd::cli {
namespace {

/// Serves what a file holds.
class PastMarket : public MarketPort {
public:
  explicit PastMarket(const std::vector<Candle>& candles) : candles_(candles) {}
  void ask(const AskCandles& ask, std::function<void(Answer)> done) override {
    const auto before = [](const Candle& c, Instant t) { return c.opens < t; };
    const auto first = std::lower_bound(candles_.begin(), candles_.end(), ask.since, before);
    done(CandlesArrived{ask.source, ask.ask, {first, std::lower_bound(first, candles_.end(), ask.until, before)}, {}});
  }

private:
  const std::vector<Candle>& candles_;
};

struct Contender {
  ModelFigures figures;
  std::shared_ptr<const Model> built_in;
  std::shared_ptr<ModelPort> foreign;
  std::int64_t deadline_ms{};
  std::optional<FeatureSet> features;
};

/// The prediction, or why there is none.
std::variant<double, std::string> predict(Contender& c, const Candle& candle, std::uint64_t ask, TopicId topic) {
  std::vector<double> values;
  if (c.features) values.assign(c.features->values().begin(), c.features->values().end());
  std::vector<LabelledValue> said;
  if (c.built_in) {
    for (const double v : values)
      if (!std::isfinite(v)) return "a feature is not defined yet";
    said = c.built_in->predict(values, candle.close);
  } else {
    auto promise = std::make_shared<std::promise<ModelPort::Answer>>();
    auto answer = promise->get_future();
    c.foreign->ask(
      {ask, topic, Height{static_cast<std::int64_t>(ask)}, "file", candle.opens, candle.close, std::move(values), candle.opens},
      [promise](ModelPort::Answer a) { promise->set_value(std::move(a)); });
    if (answer.wait_for(std::chrono::milliseconds(c.deadline_ms + 1'000)) != std::future_status::ready) return "no answer";
    const auto got = answer.get();
    if (const auto* failed = std::get_if<ModelFailed>(&got)) return failed->reason;
    said = std::get<ModelAnswered>(got).values;
  }
  const auto value = said.size() == 1 ? parse_finite(said.front().value) : std::nullopt;
  if (!value) return "the answer is not one number";
  return *value;
}

} // namespace

Tried try_models(const TopicSettings& topic, const CandleFile& file, const TrySettings& settings) {
  const auto& candles = file.candles;
  Tried tried{.figures = {.topic = topic.id, .models = {}}, .notes = {}};
  IoThread io;
  auto host_settings = checking_host();
  host_settings.http = make_http(io);
  models::ModelHost host(std::move(host_settings));
  const auto market = std::make_shared<PastMarket>(candles);
  const FeatureContext context{topic.interval, topic.horizon_ms / topic.interval.ms};

  std::vector<Contender> contenders;
  Instant trained;
  RealisedTarget target{.output = {}, .estimator = {}, .interval = topic.interval, .horizon_ms = topic.horizon_ms};
  std::vector<ModelSettings> all{topic.foreign};
  all.insert(all.end(), topic.shadows.begin(), topic.shadows.end());
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto own = topic;
    own.foreign = all[i];
    own.model = all[i].file;
    own.fallback.clear();
    Contender c;
    auto& row = c.figures.model;
    try {
      ModelOutput output{};
      std::vector<std::string> names;
      const auto without_network = [&] {
        throw CannotStart("topic " + std::to_string(topic.id.value), all[i].setting,
                          "past candles do not hold the network's values");
      };
      if (all[i].form == ModelSettings::Form::network) without_network();
      if (is_foreign(own)) {
        auto plan = plan_foreign(own, host);
        const auto id = model_id(plan.policy.name);
        row.name = id.name, row.version = id.version, row.form = "foreign";
        output = plan.policy.output;
        names = plan.inputs;
        c.deadline_ms = plan.spec.deadline_ms;
        c.foreign = host.open(plan.spec, plan.inputs, market);
      } else {
        c.built_in = load_topic_model(own);
        const auto id = model_id(c.built_in->name());
        row.name = id.name, row.version = id.version, row.form = "built-in";
        row.data = c.built_in->file().training.last;
        output = c.built_in->file().output;
        if (c.built_in->needs_features()) names = c.built_in->features();
        if (const auto last = parse_utc(row.data)) trained = std::max(trained, *last);
        if (i == 0) target.estimator = parse_estimator(c.built_in->file().estimator).value_or(target.estimator);
      }
      if (std::any_of(names.begin(), names.end(), is_of_network)) without_network();
      if (i == 0) target.output = output;
      if (i == 0 && is_foreign(own) && rules_for(topic.interval)) target.estimator = rules_for(topic.interval)->usual;
      if (const auto others = series_of(names); !others.empty())
        throw CannotStart("topic " + std::to_string(topic.id.value), all[i].setting,
                          row.name + " needs candles of " + others.front() + ", and the file has those of " +
                            feed_name({topic.symbol, topic.interval}));
      if (!names.empty()) c.features.emplace(names, context);
      if (!all[i].name.empty()) row.name = all[i].name;
    } catch (const CannotStart& e) {
      if (i == 0) throw Failure(e.what());
      tried.notes.push_back(all[i].setting + " is left out: " + e.what());
      continue;
    }
    row.topic = topic.id;
    row.role = i == 0 ? ModelRole::live : ModelRole::shadow;
    row.target = boost::describe::enum_to_string(target.output, "?");
    row.horizon_ms = topic.horizon_ms;
    contenders.push_back(std::move(c));
  }
  tried.figures.output = target.output;
  tried.figures.horizon_ms = topic.horizon_ms;

  const auto from = settings.from.value > 0 ? settings.from : Instant{trained.value + 1};
  if (settings.from.value > 0 && settings.from <= trained)
    tried.notes.push_back("a built-in model was trained on candles up to " + utc_text(trained) +
                          ": its figures before are in sample");
  const auto every = settings.every_ms > 0 ? settings.every_ms : topic.horizon_ms;
  std::vector<std::size_t> rows; // of candles: predicted from, with a truth
  for (std::size_t i = 0; i < candles.size(); ++i)
    if (candles[i].opens >= from && candles[i].opens.value % every == 0 &&
        candles[i].opens.value + topic.horizon_ms <= candles.back().opens.value)
      rows.push_back(i);
  if (rows.size() > settings.most) rows.erase(rows.begin(), rows.end() - static_cast<std::ptrdiff_t>(settings.most));
  if (rows.empty())
    throw Failure(fmt::format("no candle from {} on has another one {} later: name --from, or a file with newer candles",
                              utc_text(from), duration_text(topic.horizon_ms)));

  std::vector<std::int64_t> opened;
  std::size_t pushed = 0;
  std::uint64_t ask = 0;
  for (const auto i : rows) {
    for (; pushed <= i; ++pushed)
      for (auto& c : contenders)
        if (c.features) c.features->push(candles[pushed]);
    const auto span = realised_span(target, candles[i].opens);
    const auto before = [](const Candle& c, Instant t) { return c.opens < t; };
    const auto first = std::lower_bound(candles.begin(), candles.end(), span.since, before);
    const auto last = std::lower_bound(first, candles.end(), span.until, before);
    const auto truth = realised(target, candles[i].opens, candles[i].close, {first, last});
    if (!std::holds_alternative<double>(truth)) continue; // a gap
    const auto past =
      std::lower_bound(candles.begin(), candles.end(), Instant{candles[i].opens.value - target.horizon_ms}, before);
    const auto base = target.output == ModelOutput::volatility
                        ? realised_past(target, candles[i].opens, {past, last}).value_or(0)
                        : candles[i].close;
    ++ask;
    opened.push_back(candles[i].opens.value);
    for (auto& c : contenders) {
      const auto said = predict(c, candles[i], ask, topic.id);
      if (const auto* why = std::get_if<std::string>(&said)) {
        ++c.figures.failures;
        c.figures.last_failure = *why;
        continue;
      }
      ++c.figures.predictions;
      ++c.figures.scored;
      c.figures.values.push_back(
        {Height{static_cast<std::int64_t>(ask)}, candles[i].opens, std::get<double>(truth), std::get<double>(said), base});
    }
  }
  for (auto& c : contenders) tried.figures.models.push_back(std::move(c.figures));
  score(tried.figures, opened);
  return tried;
}

} // namespace inferd::cli
