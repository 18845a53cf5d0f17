#include "runtime/sim/sim_rpc.hpp"

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

/// What a broken node or a proxy in between may say: sound JSON objects, each wrong in another way.
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

} // namespace

SimRpc::SimRpc(World& world, std::uint64_t seed, std::vector<Node> nodes)
  : world_(world), random_(seed), nodes_(std::move(nodes)) {
  assert(!nodes_.empty());
  token_ = world_.on_block([this](const Block&) { on_block(); });
}

void SimRpc::at(std::int64_t when, std::function<void()> then) { queue_.emplace(when, std::move(then)); }

std::int64_t SimRpc::soon() {
  const auto delay = present().max_delay_ms;
  const auto now = world_.clock()->now().value;
  const auto late = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(delay) + 1));
  return last_soon_ = std::max(last_soon_, now + late);
}

void SimRpc::listen(Listener listener) {
  listener_ = std::move(listener);
  at(world_.clock()->now().value, [this] { connect(); });
}

void SimRpc::connect() {
  if (connected_) return;
  if (present().refuse_connections) {
    const auto refused = nodes_[node_].name;
    node_ = (node_ + 1) % nodes_.size();
    at(world_.clock()->now().value + reconnect_ms, [this] { connect(); });
    if (listener_.closed) listener_.closed(refused, refused + ": connection refused");
    return;
  }
  connected_ = true;
  ++connection_;
  session_ = {};
  told_ = head();
  if (listener_.opened) listener_.opened(nodes_[node_].name);
}

void SimRpc::disconnect(const std::string& reason) {
  if (!connected_) return;
  connected_ = false;
  const auto name = nodes_[node_].name;
  auto lost = std::exchange(under_way_, {});
  for (auto& [id, done] : lost) done({Verdict::NoAnswer, {}, name + ": " + reason, name});
  if (listener_.closed) listener_.closed(name, name + ": " + reason);
  at(world_.clock()->now().value + reconnect_ms, [this] { connect(); });
}

void SimRpc::leave(std::string reason) {
  const auto left = node_;
  disconnect(reason);
  if (node_ == left) node_ = (node_ + 1) % nodes_.size();
}

std::int64_t SimRpc::head() const {
  const auto& faults = nodes_[node_].faults;
  const auto height = world_.with_chain([](const ChainState& c) { return c.height(); });
  return std::min(height - faults.behind_blocks, faults.stuck_at.value_or(height));
}

SimRpc::Answer SimRpc::carried_out(const std::string& method, json::object params) {
  auto& faults = present();
  Answer answer{Verdict::Accepted, {}, {}, nodes_[node_].name};
  if (method == "broadcast_tx_sync" && random_.chance(faults.refuse_broadcast)) {
    answer.message = error_response("mempool is full: number of txs 5000 (max: 5000)");
    return answer;
  }
  const json::object request{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}};
  answer.message = world_.with_rpc([&](Rpc& rpc) { return rpc.answer(request, &session_); });
  distort(method, answer.message);
  return answer;
}

/// A node that is behind, stuck or of another chain tells what it sees. Its state queries still answer as of the newest
/// block, under the older height: enough to be recognised by.
void SimRpc::distort(const std::string& method, json::value& response) {
  const auto& faults = present();
  auto* result = response.get_object().if_contains("result");
  if (!result || !result->is_object()) return;
  const auto shown = head();
  if (method == "status") {
    auto& status = result->get_object();
    auto& sync = status.at("sync_info").as_object();
    sync["latest_block_height"] = std::to_string(shown);
    sync["catching_up"] = faults.catching_up;
    if (!faults.chain_id.empty()) status.at("node_info").as_object()["network"] = faults.chain_id;
  } else if (method == "abci_query") {
    auto& height = result->at("response").as_object()["height"];
    if (height != "0") height = std::to_string(shown);
  } else if (method == "tx" || method == "block_results" || method == "block") {
    const auto* height = method == "block" ? &result->at("block").at("header").at("height") : &result->at("height");
    if (std::stoll(std::string(height->as_string())) <= shown) return;
    response = error_response(
      method == "tx" ? "tx (" + std::string(result->at("hash").as_string()) + ") not found"
                     : "height must be less than or equal to the current blockchain height " + std::to_string(shown));
  }
}

void SimRpc::finish(std::uint64_t call, Answer answer) {
  const auto found = under_way_.find(call);
  if (found == under_way_.end()) return; // answered when its connection ended, or too late
  const auto done = std::move(found->second);
  under_way_.erase(found);
  done(std::move(answer));
}

void SimRpc::call(std::string method, json::object params, std::int64_t deadline_ms, std::function<void(Answer)> done) {
  const auto& name = nodes_[node_].name;
  if (!connected_) return done({Verdict::NoAnswer, {}, name + ": not connected", name});
  const auto id = next_call_++;
  under_way_[id] = std::move(done);
  const auto& faults = present();
  const auto give_up = world_.clock()->now().value + deadline_ms;
  at(give_up, [this, id, name, deadline_ms] {
    finish(id, {Verdict::NoAnswer, {}, name + ": no answer within " + std::to_string(deadline_ms) + " ms", name});
  });
  if (faults.silent || random_.chance(faults.lose_call)) return;
  if (random_.chance(faults.busy)) {
    at(soon(), [this, id, name] { finish(id, {Verdict::Busy, {}, name + ": HTTP 429", name}); });
    return;
  }
  auto answer = carried_out(method, std::move(params));
  if (random_.chance(faults.lose_answer)) return;
  if (random_.chance(faults.garbage_answer)) answer.message = garbage(random_.next());
  at(soon(), [this, id, answer = std::move(answer)]() mutable { finish(id, std::move(answer)); });
}

void SimRpc::on_block() { // under the world's lock: only remembered here, told by pump()
  if (!connected_) return;
  if (random_.chance(present().disconnect)) {
    at(world_.clock()->now().value, [this, connection = connection_] {
      if (connection == connection_) disconnect("connection reset");
    });
    return;
  }
  at(soon(), [this, connection = connection_] {
    if (connected_ && connection == connection_ && !present().silent) publish();
  });
}

void SimRpc::publish() {
  const auto connection = connection_;
  for (const auto shown = head(); told_ < shown;) {
    ++told_;
    const auto frames = world_.with_chain([&](ChainState& chain) {
      const auto* block = chain.block(told_);
      return block ? Rpc(chain).frames(*block, session_) : std::vector<json::object>{};
    });
    for (const auto& frame : frames) {
      const int times = random_.chance(present().drop_event) ? 0 : random_.chance(present().repeat_event) ? 2 : 1;
      for (int i = 0; i < times && listener_.event; ++i) listener_.event(frame);
      if (!connected_ || connection != connection_) return; // the listener left
    }
  }
}

std::size_t SimRpc::pump() {
  std::size_t delivered = 0;
  while (!queue_.empty() && queue_.begin()->first <= world_.clock()->now().value) {
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
