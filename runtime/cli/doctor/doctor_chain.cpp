#include "runtime/cli/doctor/doctor_chain.hpp"

#include "actors/pipeline/predictor_core.hpp"
#include "base/allo.hpp"
#include "base/future_of.hpp"
#include "model/topic_text.hpp"
#include "runtime/daemon/plan/fee_settings.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/plan/plan.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <future>
#include <mutex>

namespace inferd::cli {
namespace {

using Kind = Finding::Kind;

constexpr Uint128 few_payloads = 100; ///< warn if the balance pays for fewer

template <class Answer, class Question> std::future<Reply<Answer>> ask(ChainPort& chain, const Question& question) {
  return future_of<Reply<Answer>>([&](auto then) { chain.ask(question, std::move(then)); });
}

/// Empty when connected, otherwise the reason if known.
std::string connect(ChainPort& chain, std::chrono::milliseconds patience) {
  struct State {
    std::mutex mutex;
    std::promise<void> up;
    bool is_up = false;
    std::string why = "there was no answer";
  };
  const auto state = std::make_shared<State>();
  auto up = state->up.get_future();
  chain.listen([state](const auto& event) {
    const std::lock_guard lock(state->mutex);
    if (const auto* down = std::get_if<ConnectionDown>(&event)) state->why = down->reason;
    if (std::holds_alternative<ConnectionUp>(event) && !std::exchange(state->is_up, true)) state->up.set_value();
  });
  if (up.wait_for(patience) == std::future_status::ready) return {};
  const std::lock_guard lock(state->mutex);
  return state->why;
}

Finding unanswered(const std::string& what, const AskFailed& failed) {
  return {Kind::doubtful, what, failed.reason, "ask again, or name another endpoint in chain.rpc"};
}

} // namespace

Finding judge_account(const Reply<AccountArrived>& answer, const Reply<GasPriceArrived>& price, const ChainSettings& settings) {
  const std::string what = "account";
  if (const auto* failed = std::get_if<AskFailed>(&answer)) return unanswered(what, *failed);
  const auto& account = std::get<AccountArrived>(answer);
  const auto& address = account.wallet.address;
  const auto fund = "send uallo to " + address;
  if (!account.exists) return {Kind::wrong, what, address + " does not exist on the chain: it was never funded", fund};
  if (const auto* failed = std::get_if<AskFailed>(&price)) return unanswered("fee market", *failed);
  const auto policy = fee_policy(settings);
  const auto fee = offer(policy, policy.gas_guess, std::get<GasPriceArrived>(price).price);
  if (!fee)
    return {Kind::doubtful, "fee market",
            fmt::format("it asks more than chain.fee_cap_allo, {}, for a payload", money_text(settings.fee_cap)),
            "wait until it asks less, or raise the cap"};
  const auto payloads = fee->value == 0 ? few_payloads : account.balance.value / fee->value;
  const auto seen = fmt::format("{} holds {}, for {} payloads of at most {}", address, money_text(account.balance),
                                to_digits(payloads), money_text(*fee));
  if (payloads == 0) return {Kind::wrong, what, seen, fund};
  if (payloads < few_payloads) return {Kind::doubtful, what, seen, fund};
  return {Kind::fine, what, seen, {}};
}

Finding judge_topic(TopicId id, const Reply<TopicArrived>& topic, const Reply<WindowStatusArrived>& window, bool may_register) {
  const auto what = fmt::format("topic {}", id.value);
  if (const auto* failed = std::get_if<AskFailed>(&topic)) {
    if (failed->verdict == Verdict::NoAnswer || failed->verdict == Verdict::Busy) return unanswered(what, *failed);
    return {Kind::wrong, what, "the chain does not know it: " + failed->reason, "topic.id is the number the network gave it"};
  }
  if (const auto* failed = std::get_if<AskFailed>(&window)) return unanswered(what, *failed);
  const auto& rules = std::get<TopicArrived>(topic);
  const auto& now = std::get<WindowStatusArrived>(window);
  if (!now.is_whitelisted)
    return {Kind::wrong, what, "the wallet is not on the topic's whitelist", "ask the topic's owner to admit it"};
  if (!now.is_topic_active)
    return {Kind::doubtful, what, "it is not active: no windows open", "inferd waits for it; it earns nothing until then"};
  if (!now.is_registered && !may_register)
    return {Kind::wrong, what, "the wallet is not registered in it",
            "set chain.register = true, or register it by other means"};
  return {Kind::fine,
          what,
          fmt::format("a window every {} blocks, open for {}; {}", rules.epoch_length, rules.window_length,
                      now.is_registered ? "the wallet is registered" : "inferd will register the wallet when it starts"),
          {}};
}

std::optional<Finding> judge_model(const TopicSettings& topic, const TopicArrived& rules) {
  const auto what = fmt::format("model of {}", topic.id.value);
  try {
    if (is_foreign(topic)) {
      ForeignCore foreign(plan_foreign(topic, models::ModelHost(checking_host())).policy);
      foreign.on(rules, {});
      if (const auto why = foreign.mismatch(); !why.empty())
        return Finding{Kind::wrong, what, why, "inferd would skip every window: change topic.target or horizon"};
      return std::nullopt;
    }
    PredictorCore predictor({topic.id, load_topic_model(topic)});
    predictor.on(rules);
    if (const auto why = predictor.mismatch(); !why.empty())
      return Finding{Kind::wrong, what, why, "inferd would skip every window: train or name a model for this topic"};
  } catch (const CannotStart&) {
    return std::nullopt;
  }
  if (const auto why = doubt(read_topic_text(rules.metadata), rules.metadata, topic.symbol); !why.empty())
    return Finding{Kind::doubtful, what, why, "compare it with the topic's description: what is submitted costs fees"};
  return std::nullopt;
}

std::vector<Finding> check_chain(const Config& config, const Wallet& wallet, const std::vector<TopicId>& topics,
                                 ChainPort& chain, std::chrono::milliseconds patience) {
  if (const auto why = connect(chain, patience); !why.empty())
    return {{Kind::wrong, "chain", fmt::format("no connection within {} s: {}", patience.count() / 1000, why),
             "chain.rpc needs a node that serves WebSockets at /websocket"}};
  auto account = ask<AccountArrived>(chain, AskAccount{wallet});
  auto price = ask<GasPriceArrived>(chain, AskGasPrice{"uallo"});
  std::vector<std::pair<std::future<Reply<TopicArrived>>, std::future<Reply<WindowStatusArrived>>>> asked;
  for (const auto id : topics)
    asked.emplace_back(ask<TopicArrived>(chain, AskTopic{id}), ask<WindowStatusArrived>(chain, AskWindow{id, wallet}));
  std::vector<Finding> findings{judge_account(account.get(), price.get(), config.chain)};
  for (std::size_t i = 0; i < topics.size(); ++i) {
    auto& [topic, window] = asked[i];
    const auto rules = topic.get();
    findings.push_back(judge_topic(topics[i], rules, window.get(), config.chain.may_register));
    const auto settings =
      std::find_if(config.topics.begin(), config.topics.end(), [&](const auto& t) { return t.id == topics[i]; });
    if (const auto* arrived = std::get_if<TopicArrived>(&rules); arrived && settings != config.topics.end())
      if (auto finding = judge_model(*settings, *arrived)) findings.push_back(std::move(*finding));
  }
  return findings;
}

} // namespace inferd::cli
