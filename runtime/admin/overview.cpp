#include "runtime/admin/overview.hpp"

#include "messages/json.hpp"

#include <map>

namespace inferd {
namespace json = boost::json;

namespace {

template <class View> const View* view_of(const TreePort::Answer& answer) {
  return answer.inspection ? std::get_if<View>(&answer.inspection->state) : nullptr;
}

void add_watcher(json::object& out, std::map<TopicId, json::object>& topics, const WatcherView& v) {
  out["connected"] = v.connected;
  out["head"] = to_json(v.head);
  out["endpoints"] = to_json(v.endpoints);
  if (v.warning) out["warning"] = *v.warning;
  for (const auto& [id, topic] : v.topics) topics[id] = to_json(topic).as_object();
}

void add_submitter(json::object& out, const SubmitterView& v) {
  out["works"] = to_json(v.works);
  out["clashes"] = v.clashes;
  if (v.balance) out["balance"] = to_json(*v.balance);
  if (v.fee) out["fee"] = to_json(*v.fee);
}

} // namespace

json::object overview(const OverviewFacts& facts, const TreeState& state) {
  json::object out{{"version", facts.version},       {"wallet", facts.wallet},         {"chain", facts.chain},
                   {"started", facts.started.value}, {"now", facts.now.value},         {"reloads", facts.reloads},
                   {"dry_run", facts.dry_run},       {"health", health_report(state)}, {"connected", false}};
  std::map<TopicId, json::object> topics;
  json::array sources;
  for (const auto& answer : state.everyone) {
    if (const auto* v = view_of<WatcherView>(answer)) add_watcher(out, topics, *v);
    if (const auto* v = view_of<SubmitterView>(answer)) add_submitter(out, *v);
    if (const auto* v = view_of<PredictorView>(answer)) {
      auto& topic = topics[answer.place.topic];
      topic["model"] = v->model;
      if (!v->trained_to.empty()) topic["trained_to"] = v->trained_to;
      if (v->mismatch) topic["mismatch"] = *v->mismatch;
      if (v->failure) topic["model_failure"] = *v->failure;
      if (v->topic) topic["metadata"] = v->topic->metadata;
    }
    if (const auto* v = view_of<FetcherView>(answer))
      for (const auto& [name, source] : v->sources) {
        auto row = to_json(source).as_object();
        row["feed"] = answer.place.key;
        row["source"] = name;
        sources.push_back(std::move(row));
      }
  }
  if (state.books) {
    auto books = to_json(*state.books).as_object();
    for (const auto& results : state.books->topics) topics[results.topic]["results"] = to_json(results);
    books.erase("topics");
    out["books"] = std::move(books);
  }
  json::array list;
  for (auto& [id, topic] : topics) {
    topic["topic"] = id.value;
    topic["paused"] = facts.paused.contains(id);
    list.push_back(std::move(topic));
  }
  out["topics"] = std::move(list);
  out["sources"] = std::move(sources);
  return out;
}

} // namespace inferd
