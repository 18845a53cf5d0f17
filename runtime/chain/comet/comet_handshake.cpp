#include "runtime/chain/comet/comet_handshake.hpp"

#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/chain/comet/block_events.hpp"

#include <boost/json/serialize.hpp>

namespace inferd::chain {
namespace {

using Then = std::function<void(std::variant<Handshake, std::string>)>;

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

std::string status_problem(const RpcPort::Answer& answer, const std::string& chain_id, Handshake& result) {
  if (answer.verdict != Verdict::Accepted) return answer.reason;
  const auto answered = decode_status(answer.message);
  if (const auto* refused = std::get_if<Refused>(&answered)) return "status: " + refused->reason;
  const auto& status = std::get<NodeStatus>(answered);
  if (auto why = unfit(status, chain_id); !why.empty()) return why;
  result.chain_id = status.chain_id;
  result.height = status.height;
  return "";
}

// A node answers in order, so every block above the height that the final status returns is in the stream.
void subscribe(const std::weak_ptr<RpcPort>& weak, const CometSettings& settings, Handshake result, Then then) {
  const auto rpc = weak.lock();
  if (!rpc) return then("the program is ending");
  std::vector<Call> calls;
  for (const auto& query : block_subscriptions(result.emissions, settings.topics)) calls.push_back(subscribe_call(query));
  calls.push_back(subscribe_call(tx_subscription(settings.wallet)));
  calls.push_back(status_call());
  call_all(*rpc, std::move(calls), settings.rpc_deadline_ms,
           [chain_id = settings.chain_id, result = std::move(result),
            then = std::move(then)](std::vector<RpcPort::Answer> answers) mutable {
             const auto status = std::move(answers.back());
             answers.pop_back();
             for (const auto& answer : answers)
               if (auto why = subscription_problem(answer); !why.empty()) return then(why);
             if (auto why = status_problem(status, chain_id, result); !why.empty()) return then(why);
             then(std::move(result));
           });
}

void ask_for_v9(const std::weak_ptr<RpcPort>& weak, const CometSettings& settings, Handshake result, Then then) {
  const auto rpc = weak.lock();
  if (!rpc) return then("the program is ending");
  call_all(*rpc, {query_call(version_query("v9"))}, settings.rpc_deadline_ms,
           [weak, settings, result = std::move(result), then = std::move(then)](std::vector<RpcPort::Answer> answers) mutable {
             std::string why;
             switch (speaks(answers[0], why)) {
               case VersionProbe::yes:
                 result.emissions = "v9";
                 return subscribe(weak, settings, std::move(result), std::move(then));
               case VersionProbe::no: return then("the node serves neither emissions v10 nor v9: " + why);
               case VersionProbe::unclear: return then(why);
             }
           });
}

} // namespace

void handshake(const std::shared_ptr<RpcPort>& rpc, const CometSettings& settings, Then then) {
  call_all(*rpc, {status_call(), query_call(version_query("v10"))}, settings.rpc_deadline_ms,
           [weak = std::weak_ptr(rpc), settings, then = std::move(then)](std::vector<RpcPort::Answer> answers) mutable {
             Handshake result;
             if (auto why = status_problem(answers[0], settings.chain_id, result); !why.empty()) return then(why);
             std::string why;
             switch (speaks(answers[1], why)) {
               case VersionProbe::yes:
                 result.emissions = "v10";
                 return subscribe(weak, settings, std::move(result), std::move(then));
               case VersionProbe::no: return ask_for_v9(weak, settings, std::move(result), std::move(then));
               case VersionProbe::unclear: return then(why);
             }
           });
}

} // namespace inferd::chain
