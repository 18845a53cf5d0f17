#include "runtime/introspection/tree_view.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <deque>

namespace inferd {
namespace {

static_assert(TreePort::took_bounds == handler_bounds);

constexpr auto patience = std::chrono::milliseconds(limits::admin_answer_deadline);

class TreeView : public TreePort {
public:
  TreeView(caf::actor_system& system, ActorContext& context)
    : system_(system), directory_(*context.directory), monotonic_ns_(context.monotonic_ns) {}

  /// Level by level: the supervisors of one level are asked at once.
  std::vector<Branch> branches() override {
    std::vector<Branch> out;
    if (!directory_.find(root_role)) return out;
    std::vector<Place> level{root_role.place};
    for (int depth = 0; depth < max_depth && !level.empty(); ++depth) {
      std::vector<Place> below;
      for (auto& [place, inspection] : ask(level)) {
        auto* view = inspection ? std::get_if<SupervisorView>(&inspection->state) : nullptr;
        if (!view) {
          out.push_back({place, {}});
          continue;
        }
        for (const auto& child : view->children)
          if (child.supervisor) below.push_back(child.name);
        out.push_back({place, std::move(*view)});
      }
      level = std::move(below);
    }
    return out;
  }

  std::vector<Answer> everyone() override {
    std::vector<Place> places;
    for (const auto& [place, actor] : directory_.all()) places.push_back(place);
    return ask(places);
  }

  std::vector<Load> loads() override {
    std::vector<Load> out;
    for (const auto& [place, actor] : directory_.all())
      if (const auto* stats = dynamic_cast<const ActorStats*>(actor->get())) out.push_back(load_of(*stats));
    return out;
  }

  bool exists(const Place& place) override { return directory_.find(place) != nullptr; }

  std::optional<Inspection> inspect(const Place& place) override { return std::move(ask({place}).front().inspection); }

  void restart(const Place& place) override {
    if (const auto root = directory_.find(root_role)) caf::anon_send(root, RestartChild{place});
  }

private:
  Load load_of(const ActorStats& stats) const {
    constexpr auto relaxed = std::memory_order_relaxed;
    Load out{.place = stats.actor_place, .handled = stats.started.load(relaxed), .waiting = stats.mailbox_size.load(relaxed)};
    for (std::size_t i = 0; i < stats.waiting.size(); ++i)
      if (const auto n = stats.waiting[i].load(relaxed))
        out.by_type.emplace_back(message_name(static_cast<std::uint16_t>(i)), n);
    if (const auto since = stats.since_ns.load(relaxed); since != 0 && monotonic_ns_) {
      out.in_hand = message_name(stats.in_hand.load(relaxed));
      out.in_hand_us = std::max<std::int64_t>(0, (monotonic_ns_() - since) / 1'000);
    }
    out.busy_us = stats.busy_ns.load(relaxed) / 1'000;
    out.longest_us = stats.longest_ns.load(relaxed) / 1'000;
    for (const auto& bucket : stats.took) out.took.push_back(bucket.load(relaxed));
    return out;
  }

  static constexpr int max_depth = 4; // levels of supervisors; bounds the time of a request

  /// The state of an actor that blocks on the disk. Empty: it does not, or has for longer than `patience`.
  std::optional<Inspection> snapshot_of(const caf::strong_actor_ptr& actor) const {
    const auto* stats = monotonic_ns_ ? dynamic_cast<const ActorStats*>(actor->get()) : nullptr;
    auto published = stats ? stats->snapshot.get() : std::nullopt;
    if (!published || std::chrono::nanoseconds(monotonic_ns_() - published->since_ns) > patience) return {};
    return std::move(published->state);
  }

  /// In the order asked. An actor that does not answer in time, or does not exist, has no inspection.
  std::vector<Answer> ask(const std::vector<Place>& places) {
    caf::scoped_actor self{system_};
    std::vector<Answer> out;
    using Pending = decltype(self->request(std::declval<Inspectable>(), patience, Inspect{}));
    std::deque<std::pair<std::size_t, Pending>> asked;
    for (const auto& place : places) {
      out.push_back({place, {}});
      const auto actor = directory_.find(place);
      if (!actor) continue;
      const auto pending = self->request(caf::actor_cast<Inspectable>(actor), patience, Inspect{true});
      out.back().inspection = snapshot_of(actor);
      if (!out.back().inspection) asked.emplace_back(out.size() - 1, pending);
    }
    for (auto& [i, answer] : asked)
      answer.receive([&, i = i](Inspection& m) { out[i].inspection = std::move(m); }, [](const caf::error&) {});
    return out;
  }

  caf::actor_system& system_;
  Directory& directory_;
  std::int64_t (*monotonic_ns_)();
};

} // namespace

std::shared_ptr<TreePort> tree_of(caf::actor_system& system, ActorContext& context) {
  return std::make_shared<TreeView>(system, context);
}

} // namespace inferd
