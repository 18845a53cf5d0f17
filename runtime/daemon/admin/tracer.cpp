#include "runtime/daemon/admin/tracer.hpp"

#include "actors/base/actor_base.hpp"
#include "actors/base/message_visitor.hpp"
#include "messages/json.hpp"
#include "messages/limits.hpp"
#include "messages/operator_limits.hpp"
#include "runtime/tape/tape_messages.hpp"

#include <algorithm>
#include <boost/json.hpp>

namespace inferd {

namespace json = boost::json;

namespace {

constexpr std::size_t remembered = 8;          ///< messages of an actor that may be causes
constexpr std::size_t longest_message = 2'000; ///< characters of JSON; a longer message is shown by its length

struct About {
  std::uint64_t topic{};
  std::vector<Height> nonces;
};

/// The windows that a message is about.
template <class M> About about(const M& m) {
  About out;
  if constexpr (requires { m.topic.value; }) out.topic = m.topic.value;
  if constexpr (requires { m.nonce.value; }) out.nonces = {m.nonce};
  else if constexpr (requires { m.prediction.nonce; }) out = about(m.prediction);
  else if constexpr (requires { m.event.nonce; }) out = about(m.event);
  else if constexpr (requires { m.opened.nonce; }) out.nonces = {m.opened.nonce};
  else if constexpr (requires {
                       m.opened.begin();
                       m.closed.begin();
                     }) {
    for (const auto& window : m.opened) out.nonces.push_back(window.nonce);
    for (const auto& window : m.closed) out.nonces.push_back(window.nonce);
  } else if constexpr (requires { m.windows.begin()->nonce; }) {
    for (const auto& window : m.windows) out.nonces.push_back(window.nonce);
  }
  std::erase(out.nonces, Height{});
  return out;
}

std::string place_of(const caf::strong_actor_ptr& sender) {
  const auto* actor = sender ? dynamic_cast<const ActorStats*>(sender->get()) : nullptr;
  return actor ? actor->place_name : std::string();
}

bool holds(const std::vector<Height>& nonces, Height nonce) {
  return std::find(nonces.begin(), nonces.end(), nonce) != nonces.end();
}

} // namespace

void Tracer::Reader::take(std::string& out) {
  const std::lock_guard lock(mutex_);
  if (dropped_ > 0) out += "data: {\"dropped\":" + std::to_string(std::exchange(dropped_, 0)) + "}\n\n";
  for (const auto& line : lines_) out += "data: " + line + "\n\n";
  lines_.clear();
}

std::shared_ptr<Tracer::Reader> Tracer::read(TraceFilter filter) {
  auto reader = std::make_shared<Reader>();
  reader->filter_ = std::move(filter);
  const std::lock_guard lock(mutex_);
  readers_.push_back(reader);
  on_ = true;
  return reader;
}

void Tracer::record(const Delivery& d) {
  if (on_.load(std::memory_order_relaxed)) show(d);
}

void Tracer::show(const Delivery& d) {
  const auto message = to_tape(d.content);
  if (!message.type) return;
  About window;
  visit_message(d.content, [&](const auto& m) { window = about(m); });
  const auto to = to_string(d.receiver), from = place_of(d.sender);
  const auto nonce = window.nonces.empty() ? Height{} : window.nonces.front();

  const std::lock_guard lock(mutex_);
  std::erase_if(readers_, [](const auto& reader) { return reader.expired(); });
  if (readers_.empty()) {
    on_ = false;
    received_.clear();
    return;
  }
  json::object line{{"at", d.now.value}, {"to", to}, {"from", from}, {"type", message.type}};
  if (window.topic) line["topic"] = window.topic;
  if (nonce.value) line["nonce"] = nonce.value;
  if (const auto it = received_.find(from); it != received_.end()) { // the newest about this window, else the newest
    const auto& causes = it->second;
    const auto same =
      std::find_if(causes.rbegin(), causes.rend(), [&](const auto& c) { return nonce.value && c.nonce == nonce; });
    const auto& cause = same == causes.rend() ? causes.back() : *same;
    line["cause"] = {{"type", cause.type}, {"at", cause.at.value}};
  }
  if (message.json.size() <= longest_message) {
    json::error_code error;
    if (auto parsed = json::parse(message.json, error); !error) line["message"] = std::move(parsed);
  } else {
    line["bytes"] = message.json.size();
  }
  auto& own = received_[to];
  own.push_back({message.type, d.now, nonce});
  if (own.size() > remembered) own.pop_front();

  std::string text;
  for (const auto& weak : readers_) {
    const auto reader = weak.lock();
    if (!reader) continue;
    const auto& filter = reader->filter_;
    const bool wanted = (filter.actor && (to_string(*filter.actor) == to || to_string(*filter.actor) == from)) ||
                        (filter.nonce && holds(window.nonces, *filter.nonce)) || (!filter.actor && !filter.nonce);
    if (!wanted) continue;
    if (text.empty()) text = json::serialize(line);
    const std::lock_guard lines(reader->mutex_);
    reader->lines_.push_back(text);
    if (reader->lines_.size() > limits::admin_trace) {
      reader->lines_.pop_front();
      ++reader->dropped_;
    }
  }
}

} // namespace inferd
