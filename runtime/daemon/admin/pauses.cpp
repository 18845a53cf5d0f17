#include "runtime/daemon/admin/pauses.hpp"

#include "runtime/books/files.hpp"

#include <boost/json.hpp>
#include <stdexcept>

namespace inferd {

namespace json = boost::json;

namespace {
constexpr std::size_t most_bytes = 256u << 10;
}

Pauses::Pauses(std::string path) : path_(std::move(path)) {
  const auto text = read_head(path_, most_bytes);
  if (text.empty()) return;
  json::error_code error;
  const auto parsed = json::parse(text, error);
  const auto* list = error ? nullptr : parsed.if_array();
  const auto damaged = [&] {
    return std::runtime_error("the list of paused topics " + path_ + " is damaged: delete it, and pause again");
  };
  if (!list) throw damaged();
  for (const auto& id : *list) {
    if (!id.is_int64() || id.get_int64() < 1) throw damaged();
    topics_.insert(TopicId{static_cast<std::uint64_t>(id.get_int64())});
  }
}

bool Pauses::paused(TopicId topic) const {
  const std::lock_guard lock(mutex_);
  return topics_.contains(topic);
}

std::set<TopicId> Pauses::all() const {
  const std::lock_guard lock(mutex_);
  return topics_;
}

void Pauses::set(TopicId topic, bool paused) {
  const std::lock_guard lock(mutex_);
  auto wanted = topics_;
  if (paused) wanted.insert(topic);
  else wanted.erase(topic);
  if (wanted == topics_) return;
  json::array list;
  for (const auto id : wanted) list.push_back(id.value);
  replace_whole(path_, json::serialize(list) + '\n');
  topics_ = std::move(wanted);
}

} // namespace inferd
