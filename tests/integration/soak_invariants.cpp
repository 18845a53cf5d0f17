#include "tests/integration/soak.hpp"

namespace inferd::soak {

void InvariantChecker::see(const sim::Block& block) {
  for (const auto& e : block.events) {
    const bool opened = e.type.find("EventWorkerSubmissionWindowOpened") != e.type.npos;
    if (!opened && e.type.find("EventWorkerSubmissionWindowClosed") == e.type.npos) continue;
    std::uint64_t topic{};
    std::int64_t nonce{}, closes{};
    for (const auto& [key, value] : e.attributes) {
      const auto number = std::atoll(value.c_str() + (value.starts_with('"') ? 1 : 0));
      if (key == "topic_id") topic = static_cast<std::uint64_t>(number);
      if (key == "nonce_block_height") nonce = number;
      if (key == "window_end_block") closes = number;
    }
    if (opened) windows[{topic, nonce}].closes = Height{closes};
    else if (const auto it = windows.find({topic, nonce}); it != windows.end()) it->second.closed = Height{block.height};
  }
  for (const auto& tx : block.txs) {
    const auto parsed = chain::parse_tx(tx->bytes);
    const auto* p = std::get_if<chain::ParsedTx>(&parsed);
    if (!p || p->type_url.find("InsertWorkerPayload") == p->type_url.npos) continue;
    wire::InsertWorkerPayloadRequest message;
    if (!message.ParseFromString(p->message)) continue;
    const auto& bundle = message.worker_data_bundle();
    const std::pair key{bundle.topic_id(), bundle.nonce().block_height()};
    if (foreign_.erase(p->hash.hex) > 0) {
      if (const auto it = windows.find(key); it != windows.end()) it->second.taken |= tx->outcome.code == 0;
      continue;
    }
    auto& window = windows[key];
    ++window.paid;
    if (tx->outcome.code != 0) continue;
    ++window.accepted;
    window.hash = p->hash.hex;
  }
}

std::vector<std::string> broken(const InvariantChecker& checker, const std::vector<WindowRow>& rows, Height head,
                                Height begin) {
  std::vector<std::string> out;
  std::map<std::pair<std::uint64_t, std::int64_t>, const WindowRow*> books;
  std::map<std::uint64_t, Height> from; // a topic's first row
  for (const auto& r : rows) {
    books[{r.topic.value, r.nonce.value}] = &r;
    from.try_emplace(r.topic.value, r.nonce); // rows are in nonce order
  }
  if (begin.value > 0)
    for (const auto& [key, window] : checker.windows) from[key.first] = begin;
  for (const auto& [key, window] : checker.windows) {
    const auto name = "window " + std::to_string(key.first) + "/" + std::to_string(key.second);
    const auto it = books.find(key);
    const auto* row = it == books.end() ? nullptr : it->second;
    if (window.paid > 1) out.push_back(name + " cost " + std::to_string(window.paid) + " fees");
    if (window.accepted > 0 && (!row || row->status != Status::confirmed || row->tx_hash.hex != window.hash))
      out.push_back(name + " was accepted, the books say " +
                    (row ? std::string(boost::describe::enum_to_string(row->status, "?")) + " " + row->reason : "nothing"));
    if (!from.contains(key.first) || key.second < from[key.first].value || window.closes.value + 8 > head.value) continue;
    if (!row) out.push_back(name + " has no row");
    else if (!is_final(row->status))
      out.push_back(name + " closed long ago and is still " + boost::describe::enum_to_string(row->status, "?"));
  }
  for (const auto& r : rows) {
    const auto it = checker.windows.find({r.topic.value, r.nonce.value});
    if (r.status == Status::confirmed && (it == checker.windows.end() || it->second.accepted == 0))
      out.push_back("window " + std::to_string(r.nonce.value) + " is confirmed in the books, but not on the chain");
  }
  return out;
}

} // namespace inferd::soak
