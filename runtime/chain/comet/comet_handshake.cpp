#include "runtime/chain/comet/comet_handshake.hpp"

#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/chain/comet/block_events.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <mutex>

namespace inferd::chain {
namespace {

using Then = std::function<void(std::variant<Handshake, std::string>)>;

constexpr std::int64_t others_deadline_ms = 2'000; ///< an endpoint that does not answer must not delay the connection

/// Empty if subscribed; "already subscribed" counts as success.
std::string subscription_problem(const RpcPort::Answer& answer) {
  if (answer.verdict != Verdict::Accepted) return answer.reason;
  const auto* object = answer.message.if_object();
  const auto* error = object ? object->if_contains("error") : nullptr;
  if (!error) return object && object->contains("result") ? "" : "a subscription was neither confirmed nor refused";
  const auto* data = error->is_object() ? error->get_object().if_contains("data") : nullptr;
  const auto* text = data ? data->if_string() : nullptr;
  if (text && *text == "already subscribed") return "";
  return "a subscription was refused: " + (text ? std::string(*text).substr(0, 200) : "no reason given");
}

/// Whether the node serves a version of the emissions module.
enum class VersionProbe { yes, no, unclear };
VersionProbe speaks(const RpcPort::Answer& answer, std::string& why) {
  if (answer.verdict != Verdict::Accepted) return why = answer.reason, VersionProbe::unclear;
  const auto answered = decode_query(answer.message);
  const auto* refused = std::get_if<Refused>(&answered);
  if (!refused) return VersionProbe::yes;
  why = refused->reason;
  const bool has_code = refused->refusal.code != 0;
  return has_code ? VersionProbe::no : VersionProbe::unclear;
}

std::string status_problem(const RpcPort::Answer& answer, const std::string& chain_id, Handshake& result, NodeView& view) {
  if (answer.verdict != Verdict::Accepted) return answer.reason;
  const auto answered = decode_status(answer.message);
  if (const auto* refused = std::get_if<Refused>(&answered)) return "status: " + refused->reason;
  const auto& status = std::get<NodeStatus>(answered);
  if (auto why = unfit(status, chain_id); !why.empty()) return why;
  result.chain_id = status.chain_id;
  result.height = status.height;
  result.genesis = status.genesis;
  if (!status.tx_index)
    result.warning = "it has no transaction index (tx_index is not on): results are read from blocks instead";
  view = {answer.endpoint, status.height, status.block_time, status.genesis};
  return "";
}

/// Compares with the other endpoints' status.
void compare(const std::weak_ptr<RpcPort>& weak, const CometSettings& settings, const KnownChain& known, Handshake result,
             NodeView node, Then then) {
  const auto rpc = weak.lock();
  if (!rpc) return then("the program is ending");
  struct Others {
    std::mutex mutex; // answers arrive on any thread
    std::vector<NodeView> views;
    std::size_t answered = 0;
  };
  const auto all = rpc->endpoints().size();
  auto status = status_call();
  rpc->call_others(std::move(status.method), std::move(status.params), std::min(settings.rpc_deadline_ms, others_deadline_ms),
                   [others = std::make_shared<Others>(), all, settings, known, result = std::move(result),
                    node = std::move(node),
                    then = std::move(then)](const std::optional<RpcPort::Answer>& answer, std::size_t left) mutable {
                     {
                       const std::lock_guard lock(others->mutex);
                       Handshake ignored;
                       NodeView view;
                       if (answer && answer->verdict == Verdict::Accepted) ++others->answered;
                       if (answer && status_problem(*answer, settings.chain_id, ignored, view).empty())
                         others->views.push_back(view);
                       if (left > 0) return;
                     }
                     auto assessment = assess(node, others->views, all - 1 - others->answered, known, settings.clock->now());
                     if (!assessment.refusal.empty()) return then(std::move(assessment.refusal));
                     result.chain_reset = assessment.chain_reset;
                     result.went_back = assessment.went_back;
                     result.contradiction = std::move(assessment.contradiction);
                     then(std::move(result));
                   });
}

// A node answers in order, so every block above the height that the final status returns is in the stream.
void subscribe(const std::weak_ptr<RpcPort>& weak, const CometSettings& settings, const KnownChain& known, Handshake result,
               Then then) {
  const auto rpc = weak.lock();
  if (!rpc) return then("the program is ending");
  std::vector<Call> calls;
  for (const auto& query : block_subscriptions(result.emissions, settings.topics)) calls.push_back(subscribe_call(query));
  calls.push_back(subscribe_call(tx_subscription(settings.wallet)));
  calls.push_back(status_call());
  call_all(
    *rpc, std::move(calls), settings.rpc_deadline_ms,
    [weak, settings, known, result = std::move(result), then = std::move(then)](std::vector<RpcPort::Answer> answers) mutable {
      const auto status = std::move(answers.back());
      answers.pop_back();
      for (const auto& answer : answers)
        if (auto why = subscription_problem(answer); !why.empty()) return then(why);
      NodeView view;
      if (auto why = status_problem(status, settings.chain_id, result, view); !why.empty()) return then(why);
      compare(weak, settings, known, std::move(result), std::move(view), std::move(then));
    });
}

void ask_for_v9(const std::weak_ptr<RpcPort>& weak, const CometSettings& settings, const KnownChain& known, Handshake result,
                Then then) {
  const auto rpc = weak.lock();
  if (!rpc) return then("the program is ending");
  call_all(
    *rpc, {query_call(version_query("v9"))}, settings.rpc_deadline_ms,
    [weak, settings, known, result = std::move(result), then = std::move(then)](std::vector<RpcPort::Answer> answers) mutable {
      std::string why;
      switch (speaks(answers[0], why)) {
        case VersionProbe::yes:
          result.emissions = "v9";
          return subscribe(weak, settings, known, std::move(result), std::move(then));
        case VersionProbe::no: return then("the node serves neither emissions v10 nor v9: " + why);
        case VersionProbe::unclear: return then(why);
      }
    });
}

} // namespace

void handshake(const std::shared_ptr<RpcPort>& rpc, const CometSettings& settings, const KnownChain& known, Then then) {
  call_all(*rpc, {status_call(), query_call(version_query("v10"))}, settings.rpc_deadline_ms,
           [weak = std::weak_ptr(rpc), settings, known, then = std::move(then)](std::vector<RpcPort::Answer> answers) mutable {
             Handshake result;
             NodeView view; // the final status decides
             if (auto why = status_problem(answers[0], settings.chain_id, result, view); !why.empty()) return then(why);
             std::string why;
             switch (speaks(answers[1], why)) {
               case VersionProbe::yes:
                 result.emissions = "v10";
                 return subscribe(weak, settings, known, std::move(result), std::move(then));
               case VersionProbe::no: return ask_for_v9(weak, settings, known, std::move(result), std::move(then));
               case VersionProbe::unclear: return then(why);
             }
           });
}

} // namespace inferd::chain
