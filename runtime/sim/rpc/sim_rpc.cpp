#include "runtime/sim/rpc/sim_rpc.hpp"

#include "base/utc.hpp"
#include "runtime/sim/chain/bytes.hpp"
#include "runtime/sim/chain/decoded_tx.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cassert>

namespace inferd::sim {

namespace json = boost::json;

namespace {

json::object response_to(const char* member, json::value content) {
  return {{"jsonrpc", "2.0"}, {"id", 1}, {member, std::move(content)}};
}

json::object error_response(const std::string& data) {
  return response_to("error", {{"code", -32603}, {"message", "Internal error"}, {"data", data}});
}

/// A broadcast's answer that the node makes up.
json::object checked(std::uint32_t code, const std::string& log, const json::object& params) {
  const auto bytes = from_base64(params.at("tx").as_string()).value_or("");
  return response_to("result", json::object{{"code", code},
                                            {"data", ""},
                                            {"log", log},
                                            {"codespace", code == 0 ? "" : "sdk"},
                                            {"hash", to_hex(sha256(bytes), true)}});
}

/// JSON objects that a broken node or a proxy may send.
json::value garbage(std::uint64_t which) {
  static const char* const kinds[] = {
    R"({"jsonrpc":"2.0","id":1})",
    R"({"jsonrpc":"2.0","id":1,"result":null})",
    R"({"jsonrpc":"2.0","id":1,"result":{"response":{"code":"many","value":7}}})",
    R"({"jsonrpc":"2.0","id":1,"result":{"response":{"code":0,"value":"////","height":"x"}}})",
    R"({"jsonrpc":"2.0","id":1,"result":{"code":-1,"hash":[],"log":{}}})",
    R"({"jsonrpc":"2.0","id":1,"error":"everything"})",
    R"({"error":{"code":"x"}})"};
  return json::parse(kinds[which % std::size(kinds)]);
}

/// In an event's frame.
void shift_height(json::object& frame, std::int64_t blocks) {
  auto& value = frame.at("result").at("data").at("value").as_object();
  auto& holder = value.contains("TxResult") ? value.at("TxResult").as_object() : value;
  holder["height"] = std::to_string(std::stoll(std::string(holder.at("height").as_string())) + blocks);
}

} // namespace

SimRpc::SimRpc(World& world, std::uint64_t seed, std::vector<Node> nodes, std::shared_ptr<const ClockPort> clock)
  : world_(world), clock_(clock ? std::move(clock) : world.clock()), random_(seed), nodes_(std::move(nodes)),
    health_(nodes_.size(), {}) {
  assert(!nodes_.empty());
  token_ = world_.on_block([this](const Block&) { on_block(); });
}

void SimRpc::at(std::int64_t when, std::function<void()> then) { queue_.emplace(when, std::move(then)); }

std::int64_t SimRpc::next_delivery() {
  const auto delay = present().max_delay_ms;
  const auto late = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(delay) + 1));
  return last_delivery_ = std::max(last_delivery_, now() + late);
}

void SimRpc::listen(Listener listener) {
  listener_ = std::move(listener);
  at(now(), [this] { connect(); });
  if (nodes_.size() > 1) at(now() + probe_ms, [this] { probe(); });
}

void SimRpc::connect() {
  if (connected_) return;
  const auto choice = health_.choose(now());
  const bool alone = nodes_.size() == 1;
  if (choice.wait_ms > 0 && !alone) return at(now() + choice.wait_ms, [this] { connect(); });
  node_ = choice.endpoint;
  const auto name = nodes_[node_].name;
  if (present().refuse_connections) {
    health_.failed(node_, now(), jitter(), name + ": connection refused");
    at(now() + (alone ? reconnect_ms : 0), [this] { connect(); });
    if (listener_.closed) listener_.closed(name, name + ": connection refused");
    return;
  }
  connected_ = true;
  ++connection_;
  session_ = {};
  published_ = head(node_);
  health_.opened(node_, now());
  if (listener_.opened) listener_.opened(name);
}

void SimRpc::end(const std::string& reason, bool fault) {
  if (!connected_) return;
  connected_ = false;
  const auto name = nodes_[node_].name;
  if (fault) health_.failed(node_, now(), jitter(), name + ": " + reason);
  else health_.released(node_, now());
  auto lost = std::exchange(pending_, {});
  const auto why = name + ": " + reason;
  for (auto& [id, done] : lost) done({Verdict::NoAnswer, {}, why, name});
  if (listener_.closed) listener_.closed(name, why);
  at(now() + (nodes_.size() == 1 ? reconnect_ms : 0), [this] { connect(); });
}

void SimRpc::leave(std::string reason) { end(reason, true); }

void SimRpc::probe() {
  for (std::size_t i = 0; i < nodes_.size(); ++i)
    if (i != in_use() && health_.due_for_probe(i, now())) probe_node(i);
  if (const auto last = in_use()) probe_node(*last);
  at(now() + probe_ms, [this] { probe(); });
}

void SimRpc::probe_node(std::size_t node) {
  const auto& f = nodes_[node].faults;
  EndpointProbe probe{.took_ms = f.max_delay_ms};
  if (f.refuse_connections) probe.trouble = "connection refused";
  else if (f.silent || random_.chance(f.lose_call) || random_.chance(f.lose_answer)) probe.trouble = "no answer";
  else if (random_.chance(f.busy)) probe.trouble = "HTTP 429";
  else if (random_.chance(f.garbage_answer)) probe.trouble = "no node's status";
  else {
    probe.answered = true;
    probe.height = head(node) + f.ahead_blocks;
    probe.block_time = world_.with_chain([height = head(node)](const ChainState& c) {
      const auto* block = c.block(height);
      return block ? block->time : height == c.height() ? c.time() : c.settings().genesis;
    });
    if (f.catching_up) probe.trouble = "the node is still catching up";
    if (!f.chain_id.empty()) probe.trouble = "the node is of chain '" + f.chain_id + "'";
  }
  if (const auto left = health_.probed(node, in_use(), probe, now(), jitter())) end(left->reason, left->fault);
}

std::vector<EndpointState> SimRpc::endpoints() const {
  std::vector<EndpointState> states;
  for (const auto i : health_.ranked(now())) {
    states.push_back(health_.state(i, in_use(), now()));
    states.back().endpoint = nodes_[i].name;
  }
  return states;
}

std::int64_t SimRpc::head(std::size_t node) const {
  const auto& faults = nodes_[node].faults;
  const auto height = world_.with_chain([](const ChainState& c) { return c.height(); });
  return std::min(height - faults.behind_blocks, faults.stuck_at.value_or(height));
}

/// CheckTx of a node behind the same address that has none of our earlier payloads.
std::optional<json::object> SimRpc::refused_by_other_mempool(const json::object& params) {
  return world_.with_chain([&](const ChainState& chain) -> std::optional<json::object> {
    const auto bytes = from_base64(params.at("tx").as_string()).value_or("");
    const auto decoded = decode_tx(bytes, chain.settings().emissions);
    const auto* tx = std::get_if<DecodedTx>(&decoded);
    const auto* account = tx ? chain.account(tx->sender) : nullptr;
    if (!account || tx->sequence <= account->sequence) return {};
    return checked(32,
                   "account sequence mismatch, expected " + std::to_string(account->sequence) + ", got " +
                     std::to_string(tx->sequence) + ": incorrect account sequence",
                   params);
  });
}

SimRpc::Answer SimRpc::execute(std::size_t node, const std::string& method, json::object params) {
  const auto& faults = nodes_[node].faults;
  Answer answer{Verdict::Accepted, {}, {}, nodes_[node].name};
  if (method == "broadcast_tx_sync" && random_.chance(faults.refuse_broadcast)) {
    answer.message = error_response("mempool is full: number of txs 5000 (max: 5000)");
    return answer;
  }
  if (method == "broadcast_tx_sync" && faults.balanced_blocks > 0 && random_.chance(0.5))
    if (auto other = refused_by_other_mempool(params)) return answer.message = std::move(*other), answer;
  if (method == "broadcast_tx_sync" && faults.stale_mempool) {
    answer.message = checked(32, "account sequence mismatch, expected 0, got 7: incorrect account sequence", params);
    return answer;
  }
  if (method == "broadcast_tx_sync" && faults.drop_broadcast) return answer.message = checked(0, "", params), answer;
  if (method == "broadcast_tx_sync" && faults.drop_broadcast_cached)
    return answer.message = error_response("tx already exists in cache"), answer;
  if ((method == "tx" || method == "tx_search") && faults.no_tx_index)
    return answer.message = error_response("transaction indexing is disabled"), answer;
  if (method == "block_results" && faults.no_block_results)
    return answer.message = error_response("node is not persisting finalize block responses"), answer;
  const auto lag = random_.below(static_cast<std::uint64_t>(faults.balanced_blocks) + 1);
  auto seen = head(node) - static_cast<std::int64_t>(lag);
  if (method == "abci_query" && seen > 0) {
    const auto asked = std::stoll(std::string(params.at("height").as_string()));
    if (asked > 0) seen = std::min<std::int64_t>(asked, seen);
    params["height"] = std::to_string(seen);
  }
  const json::object request{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
  answer.message = world_.with_rpc([&](Rpc& rpc) { return rpc.answer(request, &session_); });
  distort(node, method, seen, answer.message);
  return answer;
}

/// Makes a node that is behind, stuck or of another chain report its own view. Its state queries, but for those that
/// abci_query() answers as of a block (of topics where ChainSettings::past_states is set), still answer from the newest
/// one, with the older height.
void SimRpc::distort(std::size_t node, const std::string& method, std::int64_t head_height, json::value& response) {
  const auto& faults = nodes_[node].faults;
  auto* result = response.get_object().if_contains("result");
  if (!result || !result->is_object()) return;
  if (method == "status") {
    auto& status = result->get_object();
    auto& sync = status.at("sync_info").as_object();
    sync["latest_block_height"] = std::to_string(head_height + faults.ahead_blocks);
    sync["latest_block_time"] = world_.with_chain([&](const ChainState& c) {
      const auto* block = c.block(head_height);
      return utc_text_ms(block ? block->time : head_height == c.height() ? c.time() : c.settings().genesis);
    });
    sync["catching_up"] = faults.catching_up;
    auto& node_info = status.at("node_info").as_object();
    if (!faults.chain_id.empty()) node_info["network"] = faults.chain_id;
    if (faults.no_tx_index) node_info.at("other").as_object()["tx_index"] = "off";
  } else if (method == "abci_query") {
    auto& height = result->at("response").as_object()["height"];
    if (height != "0") height = std::to_string(head_height + faults.ahead_blocks);
    if (faults.empty_values) {
      auto& value = result->at("response").as_object();
      value["code"] = 0, value["value"] = nullptr, value["log"] = "", value["codespace"] = "";
    }
  } else if (method == "tx" || method == "block_results" || method == "block") {
    const auto* height = method == "block" ? &result->at("block").at("header").at("height") : &result->at("height");
    const auto at = std::stoll(std::string(height->as_string()));
    if (method == "tx" && faults.wrong_inclusion) {
      auto& judged = result->as_object().at("tx_result").as_object();
      judged["code"] = 32, judged["codespace"] = "sdk";
      judged["log"] = "account sequence mismatch, expected 1, got 0: incorrect account sequence";
      result->as_object()["height"] = std::to_string(at + 1);
    }
    if (at <= head_height) return;
    response = error_response(method == "tx" ? "tx (" + std::string(result->at("hash").as_string()) + ") not found"
                                             : "height must be less than or equal to the current blockchain height " +
                                                 std::to_string(head_height));
  }
}

void SimRpc::finish(std::uint64_t call, Answer answer) {
  const auto found = pending_.find(call);
  if (found == pending_.end()) return; // answered by the end of its connection, or expired
  const auto done = std::move(found->second);
  pending_.erase(found);
  done(std::move(answer));
}

void SimRpc::call(std::string method, json::object params, std::int64_t deadline_ms, std::function<void(Answer)> done) {
  const auto& name = nodes_[node_].name;
  if (!connected_) return done({Verdict::NoAnswer, {}, name + ": not connected", name});
  const auto id = next_call_++;
  pending_[id] = std::move(done);
  const auto& faults = present();
  const auto give_up = now() + deadline_ms;
  at(give_up, [this, id, name, deadline_ms] {
    finish(id, {Verdict::NoAnswer, {}, name + ": no answer within " + std::to_string(deadline_ms) + " ms", name});
  });
  if (faults.silent || method == faults.silent_method || random_.chance(faults.lose_call)) return;
  if (random_.chance(faults.busy)) {
    const auto status = busy_++ % 2 == 0 ? ": HTTP 429" : ": HTTP 503";
    at(next_delivery(), [this, id, name, status] { finish(id, {Verdict::Busy, {}, name + status, name}); });
    return;
  }
  auto answer = execute(node_, method, std::move(params));
  if (random_.chance(faults.lose_answer)) return;
  if (random_.chance(faults.garbage_answer)) answer.message = garbage(random_.next());
  at(next_delivery(), [this, id, answer = std::move(answer)]() mutable { finish(id, std::move(answer)); });
}

void SimRpc::call_other(std::string method, json::object params, std::int64_t deadline_ms,
                        std::function<void(std::optional<Answer>)> done) {
  const auto node = health_.best_other(node_, now());
  if (!node) return done({});
  call_node(*node, method, std::move(params), deadline_ms,
            [done = std::move(done)](Answer answer) { done(std::move(answer)); });
}

void SimRpc::call_others(std::string method, json::object params, std::int64_t deadline_ms, Each each) {
  const auto others = health_.others(node_, now());
  if (others.empty()) return each({}, 0);
  const auto left = std::make_shared<std::size_t>(others.size());
  for (const auto node : others)
    call_node(node, method, params, deadline_ms, [each, left](Answer answer) { each(std::move(answer), --*left); });
}

void SimRpc::call_node(std::size_t node, const std::string& method, json::object params, std::int64_t deadline_ms,
                       std::function<void(Answer)> done) {
  const auto& name = nodes_[node].name;
  const auto& faults = nodes_[node].faults;
  Answer answer{Verdict::NoAnswer, {}, name + ": no answer within " + std::to_string(deadline_ms) + " ms", name};
  auto due = now() + deadline_ms;
  if (faults.refuse_connections) answer.reason = name + ": connection refused", due = now();
  else if (!faults.silent && method != faults.silent_method && !random_.chance(faults.lose_call)) {
    auto executed = execute(node, method, std::move(params));
    if (!random_.chance(faults.lose_answer)) answer = std::move(executed), due = now();
  }
  at(due, [done = std::move(done), answer = std::move(answer)] { done(answer); });
}

void SimRpc::on_block() { // under the world's lock, so events are only queued for pump()
  if (!connected_) return;
  if (random_.chance(present().disconnect)) {
    at(now(), [this, connection = connection_] {
      if (connection == connection_) disconnect("connection reset");
    });
    return;
  }
  at(next_delivery(), [this, connection = connection_] {
    if (connected_ && connection == connection_ && !present().silent) publish();
  });
}

void SimRpc::publish() {
  const auto connection = connection_;
  for (const auto head_height = head(node_); published_ < head_height;) {
    ++published_;
    const auto frames = world_.with_chain([&](ChainState& chain) {
      const auto* block = chain.block(published_);
      return block ? Rpc(chain).frames(*block, session_) : std::vector<json::object>{};
    });
    for (auto frame : frames) {
      if (present().drop_tx_events && frame.at("result").at("data").at("type") == "tendermint/event/Tx") continue;
      if (present().ahead_blocks != 0) shift_height(frame, present().ahead_blocks);
      if (random_.chance(present().garbage_event)) frame = garbage(random_.next()).as_object();
      const int times = random_.chance(present().drop_event) ? 0 : random_.chance(present().repeat_event) ? 2 : 1;
      for (int i = 0; i < times && listener_.event; ++i) listener_.event(frame);
      if (!connected_ || connection != connection_) return; // the listener called leave()
    }
  }
}

std::size_t SimRpc::pump() {
  std::size_t delivered = 0;
  while (!queue_.empty() && queue_.begin()->first <= now()) {
    const auto then = std::move(queue_.begin()->second);
    queue_.erase(queue_.begin());
    then();
    ++delivered;
  }
  return delivered;
}

std::optional<Instant> SimRpc::next_due() const {
  if (queue_.empty()) return {};
  return Instant{queue_.begin()->first};
}

} // namespace inferd::sim
