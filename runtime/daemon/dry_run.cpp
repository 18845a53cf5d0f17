#include "runtime/daemon/dry_run.hpp"

#include "base/future_of.hpp"

#include <algorithm>
#include <future>
#include <type_traits>

namespace inferd {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t spare_candles = 50; ///< asked for beyond the needed ones: some hours may be missing

/// The port's answer, if it comes in time.
template <class Port, class Question>
std::optional<typename Port::Answer> answer_of(Port& port, const Question& question, Steady::time_point until) {
  auto future = future_of<typename Port::Answer>([&](auto then) { port.ask(question, std::move(then)); });
  if (future.wait_until(until) != std::future_status::ready) return {};
  return future.get();
}

/// Fresh candles of the first source of the topic that has them, as the feature actor gets them.
std::optional<CandlesFetched> fetch(const FeedPlan& feed, TopicId topic, Height nonce, Instant now, Steady::time_point until,
                                    DryRun& out) {
  const auto& policy = feed.fetcher;
  const auto subscriber =
    std::find_if(policy.subscribers.begin(), policy.subscribers.end(), [&](const auto& s) { return s.topic == topic; });
  if (subscriber == policy.subscribers.end()) return {};
  for (const auto& rule : policy.sources) {
    const auto& allowed = subscriber->sources;
    if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), rule.name) == allowed.end()) continue;
    const auto answer = answer_of(
      *feed.market,
      AskCandles{rule.name,
                 0,
                 {now.value - static_cast<std::int64_t>(subscriber->min_candles + spare_candles) * policy.feed.interval.ms},
                 now},
      until);
    if (!answer) {
      out.remarks.push_back(rule.name + ": no answer in time");
      return {};
    }
    if (const auto* failed = std::get_if<SourceFailed>(&*answer)) {
      out.remarks.push_back(rule.name + ": " + failed->reason);
      continue;
    }
    const auto& arrived = std::get<CandlesArrived>(*answer);
    if (arrived.candles.size() < subscriber->min_candles) {
      out.remarks.push_back(rule.name + ": " + std::to_string(arrived.candles.size()) + " candles, " +
                            std::to_string(subscriber->min_candles) + " are needed");
      continue;
    }
    if (const auto age = now.value - arrived.candles.back().opens.value; age > rule.max_age_ms) {
      out.remarks.push_back(rule.name + ": the newest candle is " + std::to_string(age / 1'000) + " s old");
      continue;
    }
    return CandlesFetched{rule.name, true, arrived.candles, {{topic, nonce, nonce}}};
  }
  return {};
}

/// Runs the effects of a predictor's core until it has answered.
struct Outcome {
  DryRun& out;
  std::optional<AskModel> ask{};
  std::optional<Predicted> predicted{};

  template <class Effects> void take(const Effects& effects) {
    for (const auto& effect : effects)
      std::visit(
        [this](const auto& e) {
          using E = std::decay_t<decltype(e)>;
          if constexpr (std::is_same_v<E, Predicted>) predicted = e;
          else if constexpr (std::is_same_v<E, AskModel>) ask = e;
          else if constexpr (std::is_same_v<E, WindowSkipped>) out.skipped = e.reason;
          else if constexpr (std::is_same_v<E, WindowDelayed>) out.remarks.push_back(e.reason);
        },
        effect);
  }
};

} // namespace

DryRun dry_run(const TreePlan& plan, TopicId topic, const std::optional<TopicArrived>& rules, LiveModel live, Height nonce,
               Instant now, std::chrono::milliseconds deadline) {
  const auto until = Steady::now() + deadline;
  DryRun out;
  const auto skipped = [&](std::string why) {
    out.skipped = std::move(why);
    return out;
  };
  const auto planned =
    std::find_if(plan.topics.begin(), plan.topics.end(), [&](const auto& t) { return t.timer.topic == topic; });
  if (planned == plan.topics.end()) return skipped("the topic is not configured");
  if (!rules) return skipped("the topic's rules are not known yet: no node has answered");
  const auto feed =
    std::find_if(plan.feeds.begin(), plan.feeds.end(), [&](const auto& f) { return f.fetcher.feed == planned->timer.feed; });
  const auto candles = fetch(*feed, topic, nonce, now, until, out);
  if (!candles) return skipped("no source has fresh candles");
  out.source = candles->source;

  Outcome outcome{out};
  FeatureCore features(FeaturePolicy{feed->fetcher.feed, feed->features});
  std::optional<FeaturesComputed> row;
  for (const auto& effect : features.on(*candles)) {
    if (const auto* computed = std::get_if<FeaturesComputed>(&effect)) row = *computed;
    if (const auto* skip = std::get_if<WindowSkipped>(&effect)) out.skipped = skip->reason;
  }
  if (!row) return out.skipped.empty() ? skipped("no features were computed") : out;
  out.candle = row->candle;
  auto policy = models_policy(*planned);
  policy.state = std::make_shared<LiveModel>(std::move(live)); // the plan's belongs to the predictor
  ModelsCore core(std::move(policy));
  core.on(*rules, now);
  outcome.take(core.on(*row, now));
  if (outcome.ask) {
    const auto port = model_ports(*planned).at(ModelsCore::runner_of(outcome.ask->ask));
    const auto answer = port ? answer_of(*port, *outcome.ask, until) : std::nullopt;
    if (!answer) outcome.take(core.on(ModelFailed{topic, nonce, outcome.ask->ask, "no answer in time"}, now));
    else std::visit([&](const auto& a) { outcome.take(core.on(a, now)); }, *answer);
  }
  if (!outcome.predicted) return out.skipped.empty() ? skipped("the model gave no answer") : out;
  out.skipped.clear();
  out.model = outcome.predicted->model;
  SignOrder order{.chain_id = "no-chain", .emissions = "v10", .gas = {200'000}, .topic = topic, .nonce = nonce};
  order.values = outcome.predicted->values;
  const auto made = plan.signer->sign_payload(order);
  if (const auto* fault = std::get_if<std::string>(&made)) return skipped("the payload cannot be signed: " + *fault);
  out.values = std::get<SignedTx>(made).values;
  return out;
}

} // namespace inferd
