#include "runtime/introspection/tree_view.hpp"

#include "messages/json.hpp"
#include "messages/limits.hpp"

#include <boost/json.hpp>
#include <deque>

namespace inferd {
namespace {

constexpr auto patience = std::chrono::milliseconds(limits::admin_patience);

class TreeView : public TreePort {
public:
  TreeView(caf::actor_system& system, ActorContext& context) : system_(system), directory_(*context.directory) {}

  /// Level by level: the supervisors of one level are asked together.
  std::vector<Branch> branches() override {
    std::vector<Branch> out;
    std::vector<std::string> level{root_role.name};
    if (!directory_.find(root_role)) return out;
    for (int depth = 0; depth < max_depth && !level.empty(); ++depth) {
      std::vector<std::string> below;
      for (auto& [place, answer] : ask(level, true)) {
        auto state = object(answer.state);
        if (const auto* children = state.if_contains("children"); children && children->is_array())
          for (const auto& child : children->get_array())
            if (child.at("supervisor").as_bool()) below.emplace_back(child.at("name").as_string());
        out.push_back({place, std::move(state)});
      }
      level = std::move(below);
    }
    return out;
  }

  std::vector<std::pair<std::string, Inspection>> everyone() override {
    std::vector<std::string> places;
    for (const auto& [place, actor] : directory_.all()) places.push_back(place);
    return ask(places, false);
  }

  bool exists(const std::string& place) override { return directory_.find(place) != nullptr; }

  std::optional<Inspection> inspect(const std::string& place) override {
    auto answers = ask({place}, true);
    if (answers.empty() || answers.front().second.actor.empty()) return {};
    return std::move(answers.front().second);
  }

  void restart(const std::string& place) override {
    if (const auto root = directory_.find(root_role)) caf::anon_send(root, RestartChild{place});
  }

  std::optional<BooksSummary> books() override {
    const auto state = object(ask({ledger_role.name}, true).front().second.state);
    const auto* totals = state.if_contains("totals");
    if (!totals || !totals->is_object()) return {}; // or a sentence: the books cannot be read
    BooksSummary summary;
    from_json(*totals, summary);
    return summary;
  }

private:
  static constexpr int max_depth = 4; // of supervisors; with the patience it bounds the time of a request

  static boost::json::object object(const std::string& text) {
    boost::json::error_code error;
    auto v = boost::json::parse(text, error);
    return !error && v.is_object() ? std::move(v.get_object()) : boost::json::object{};
  }

  /// In the order asked. Those who do not answer in time, or hold no place, have an empty `actor`.
  std::vector<std::pair<std::string, Inspection>> ask(const std::vector<std::string>& places, bool deep) {
    caf::scoped_actor self{system_};
    std::vector<std::pair<std::string, Inspection>> out;
    using Answer = decltype(self->request(std::declval<Inspectable>(), patience, Inspect{}));
    std::deque<std::pair<std::size_t, Answer>> asked;
    for (const auto& place : places) {
      out.emplace_back(place, Inspection{});
      if (const auto actor = directory_.find(place))
        asked.emplace_back(out.size() - 1, self->request(caf::actor_cast<Inspectable>(actor), patience, Inspect{deep}));
    }
    for (auto& [i, answer] : asked)
      answer.receive([&, i = i](Inspection& m) { out[i].second = std::move(m); }, [](const caf::error&) {});
    return out;
  }

  caf::actor_system& system_;
  Directory& directory_;
};

} // namespace

std::shared_ptr<TreePort> tree_of(caf::actor_system& system, ActorContext& context) {
  return std::make_shared<TreeView>(system, context);
}

} // namespace inferd
