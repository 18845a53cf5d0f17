#include "actors/supervisor/supervisor.hpp"

#include "actors/supervisor/supervisor_core.hpp"
#include "actors/supervisor/supervisor_view.hpp"

#include <algorithm>
#include <cassert>
#include <map>

namespace inferd {
namespace {

using std::chrono::milliseconds;

class SupervisorActor : public ActorBase<Supervisor::base>, public SupervisorStats {
public:
  SupervisorActor(caf::actor_config& config, ActorContext& context, SupervisorSpec spec, std::optional<RootDuties> root)
    : ActorBase(config, context, spec.place), spec_(std::move(spec)), root_(std::move(root)), live_(spec_.children.size()),
      core_(spec_.place, spec_.policy, core_children(spec_), spec_.seed) {
    set_down_handler([this](caf::down_msg& m) { on_down(m); });
    set_exit_handler([this](caf::exit_msg&) { run(core_.stop("asked to", now())); });
  }

  Supervisor::behavior_type make_behavior() override {
    return {
      [this](const Inspect&) {
        return Inspection{place(), text(), handled()};
      },
      [this](const RestartDue& m) { on(m); },
      [this](const RestartChild& m) { on(m); },
      [](const ChildFailed&) {},
      [this](const ChildRestarted& m) { on(m); },
      [this](const Drain& m) { on(m); },
      [this](const Drained&) { drained(); },
      [this](const BooksSummary& m) { heartbeat(books_text(m)); },
      [](const ClashNoticed&) {},
      [](const Heartbeat&) {},
      [this](const Tick& m) { on(m); },
    };
  }

  /// However it ends, killed or by its own defect: nobody below may stay behind without a supervisor.
  void on_exit() override {
    for (std::size_t i = 0; i < live_.size(); ++i) {
      if (!live_[i].actor) continue;
      send_exit(live_[i].actor, caf::exit_reason::kill);
      leave(i);
    }
    if (directory().find(place()).get() == ctrl()) directory().erase(place());
    // A root that ends unasked takes the process with it: there is nobody above to start it again.
    if (root_ && !finish_ && root_->on_exhausted) root_->on_exhausted("the root of the tree ended unasked");
  }

private:
  static std::vector<SupervisorCore::Child> core_children(const SupervisorSpec& spec) {
    std::vector<SupervisorCore::Child> children;
    for (const auto& c : spec.children) {
      assert(c.start && !c.name.empty());
      children.push_back({c.name, c.kind, c.stop_deadline_ms});
    }
    return children;
  }

  // What arrives.

  void on(const Tick& m) {
    if (m.what == "start") {
      run(core_.start(now()));
      if (spec_.again)
        for (const auto& child : spec_.children) on(ChildRestarted{child.name});
      if (!core_.stopping()) check_children();
      if (root_) wake("heartbeat", root_->heartbeat_ms);
    } else if (m.what == "signs of life") {
      if (!core_.stopping()) check_children();
    } else if (m.what == "heartbeat") {
      ask_the_books();
    } else if (m.what == "books late") {
      if (books_requests_ > 0 && --books_requests_ == 0 && !heartbeat_sent_) heartbeat("the ledger did not answer");
    } else if (m.what == "drain over") {
      drained();
    } else if (m.what == "stop over") {
      run(core_.stop_at_once(now()));
    } else if (m.what == "finish") {
      if (finish_) finish(*finish_);
    } else if (const auto alarm = alarms_.extract(m.what)) {
      run(core_.overdue(alarm.mapped().child, alarm.mapped().turn, now()));
    }
  }

  void on(const RestartDue& m) {
    if (const auto child = index_of(m.child)) run(core_.due(*child, now()));
  }

  void on(const RestartChild& m) {
    if (const auto child = index_of(m.child)) return run(core_.restart(*child, now()));
    for (std::size_t i = 0; i < live_.size(); ++i)
      if (spec_.children[i].supervisor && live_[i].actor) pass(live_[i].actor, m);
  }

  void on(const ChildRestarted& m) {
    for (const auto& place : spec_.notify)
      if (const auto peer = directory().find(place); peer && place != m.child) pass(peer, m);
    if (!spec_.parent.empty())
      if (const auto parent = directory().find(spec_.parent)) pass(parent, m);
    if (drain_ && root_ && m.child == root_->drained_first)
      if (const auto back = directory().find(m.child)) pass(back, *drain_);
  }

  void on(const Drain& m) {
    if (drain_ || core_.stopping()) return;
    drain_ = m;
    const auto first = root_ && !root_->drained_first.empty() ? directory().find(root_->drained_first) : nullptr;
    if (!first) return drained();
    pass(first, m);
    wake("drain over", std::max<std::int64_t>(0, m.deadline.value - now().value));
  }

  void drained() {
    if (!drain_ || core_.stopping()) return;
    if (root_) wake("stop over", limits::tree_stop_deadline);
    run(core_.stop(drain_->why, now()));
  }

  void on_down(const caf::down_msg& m) {
    for (std::size_t i = 0; i < live_.size(); ++i)
      if (live_[i].actor && live_[i].actor->address() == m.source) {
        leave(i);
        return run(core_.ended(i, end_of(m.reason), now()));
      }
  }

  // What is done about it. A start that throws is an end: it is told to the core after the effects before it.

  void run(const SupervisorCore::Effects& effects) {
    std::map<std::size_t, SupervisorCore::End> failed_starts;
    for (const auto& effect : effects)
      if (const auto* start = std::get_if<SupervisorCore::Start>(&effect)) {
        if (const auto why = begin(start->child)) failed_starts[start->child] = {*why, {}, true};
      } else {
        std::visit([this](const auto& e) { carry_out(e); }, effect);
      }
    for (const auto& [child, end] : failed_starts) run(core_.ended(child, end, now()));
    show({vitals(), checks_});
  }

  std::optional<std::string> begin(std::size_t child) {
    const auto& spec = spec_.children[child];
    try {
      const auto actor = spec.start(system());
      if (!actor) return "could not start: nothing was spawned";
      live_[child] = {actor, dynamic_cast<const ActorStats*>(actor->get()), dynamic_cast<const SupervisorStats*>(actor->get())};
      directory().put(spec.name, actor);
      monitor(actor->address());
      return {};
    } catch (const std::exception& e) {
      return std::string("could not start: ") + e.what();
    }
  }

  void carry_out(const SupervisorCore::Start&) {} // by `begin`
  void carry_out(const SupervisorCore::Stop& e) { end(e.child, e.turn, e.deadline_ms, caf::exit_reason::user_shutdown); }
  void carry_out(const SupervisorCore::Kill& e) { end(e.child, e.turn, e.deadline_ms, caf::exit_reason::kill); }
  void carry_out(const SupervisorCore::Abandon& e) {
    if (!live_[e.child].actor) return;
    demonitor(live_[e.child].actor->address());
    send_exit(live_[e.child].actor, caf::exit_reason::kill);
    leave(e.child);
    ++given_up_;
  }
  void carry_out(const SupervisorCore::Wait& e) {
    delayed_send(this, milliseconds(e.ms), RestartDue{spec_.children[e.child].name});
  }
  void carry_out(const ChildFailed& e) { send(this, e); }
  void carry_out(const ChildRestarted& e) { on(e); }
  void carry_out(const SupervisorCore::Finish& e) { // after the ChildFailed that may be on its way
    finish_ = e;
    send(this, Tick{"finish"});
  }
  void finish(const SupervisorCore::Finish& e) {
    if (directory().find(place()).get() == ctrl()) directory().erase(place());
    if (root_ && e.exhausted && root_->on_exhausted) root_->on_exhausted(e.reason);
    if (root_ && !e.exhausted && root_->on_stopped) root_->on_stopped();
    if (e.exhausted) quit(caf::make_error(caf::sec::runtime_error, e.reason));
    else quit(caf::exit_reason::user_shutdown);
  }

  void end(std::size_t child, std::uint64_t turn, std::int64_t deadline_ms, caf::exit_reason how) {
    if (!live_[child].actor) return;
    const auto what = "stop " + spec_.children[child].name + " #" + std::to_string(turn);
    alarms_[what] = {child, turn};
    wake(what, deadline_ms);
    send_exit(live_[child].actor, how);
  }

  /// Out of the directory, unless another holds the place by now.
  void leave(std::size_t child) {
    const auto& name = spec_.children[child].name;
    if (directory().find(name) == live_[child].actor) directory().erase(name);
    live_[child] = {};
  }

  // Liveness: compares two checks of each child's counters and sends nothing, so an idle tree stays idle and a hung actor's
  // mailbox does not grow. Counts checks, not time, so that a change of the clock makes no actor look hung.

  void check_children() {
    ++checks_;
    wake("signs of life", spec_.liveness_interval_ms);
    for (std::size_t i = 0; i < live_.size(); ++i) {
      auto& live = live_[i];
      if (!live.stats) continue;
      const auto mailbox_size = live.stats->mailbox_size.load(std::memory_order_relaxed);
      const auto started = live.stats->started.load(std::memory_order_relaxed);
      const bool busy = mailbox_size > 0 || live.stats->in_handler.load(std::memory_order_relaxed);
      live.checks_stuck = busy && live.busy && started == live.started ? live.checks_stuck + 1 : 0;
      live.busy = busy;
      live.started = started;
      if (live.supervisor_stats) {
        const auto checks = live.supervisor_stats->view().checks;
        live.checks_missed = checks == live.checks ? live.checks_missed + 1 : 0;
        live.checks = checks;
      }
      if (live.checks_stuck == 0 && live.checks_missed < 2) live.answered = now();
      if (mailbox_size > limits::mailbox)
        run(core_.hung(i, std::to_string(mailbox_size) + " messages are waiting in its mailbox", now()));
      else if (live.checks_stuck * spec_.liveness_interval_ms >= spec_.liveness_deadline_ms)
        run(
          core_.hung(i, "has been at one message for more than " + std::to_string(spec_.liveness_deadline_ms) + " ms", now()));
      else if ((live.checks_missed - 1) * spec_.liveness_interval_ms >= spec_.liveness_deadline_ms)
        run(core_.hung(i, "has not looked at its children for more than " + std::to_string(spec_.liveness_deadline_ms) + " ms",
                       now()));
    }
    show({vitals(), checks_});
    if (root_ && root_->on_alive && healthy()) root_->on_alive(now());
  }

  static std::int64_t backlog(const caf::strong_actor_ptr& actor) {
    const auto* stats = dynamic_cast<const ActorStats*>(actor->get());
    return stats ? stats->mailbox_size.load(std::memory_order_relaxed) : 0;
  }

  /// Everyone who should run does, and gets on.
  bool healthy() const {
    if (core_.stopping() || checks_ == 0) return false;
    for (std::size_t i = 0; i < live_.size(); ++i) {
      const auto state = core_.children()[i].state;
      if (state == ChildState::done) continue;
      const auto& live = live_[i];
      if (state != ChildState::running || live.checks_stuck > 0 || live.checks_missed > 1) return false;
      if (live.supervisor_stats && !live.supervisor_stats->view().vitals.healthy) return false;
    }
    return true;
  }

  // The heartbeat.

  void ask_the_books() {
    wake("heartbeat", root_->heartbeat_ms);
    heartbeat_sent_ = false;
    ++books_requests_;
    wake("books late", limits::books_patience);
    tell(ledger_role, BooksWanted{root_->wallet});
  }

  void heartbeat(std::string books) {
    if (!root_ || heartbeat_sent_) return;
    heartbeat_sent_ = true;
    const auto v = vitals();
    auto alive =
      std::to_string(v.actors) + " actors, " + std::to_string(v.restarts) + " restarts" + (v.healthy ? "" : ", not all get on");
    send(this, Heartbeat{std::move(alive), std::move(books), now()});
  }

  Vitals vitals() const {
    Vitals v{healthy(), 1, core_.restarts(), given_up_};
    for (const auto& live : live_)
      if (live.actor) {
        const auto below = live.supervisor_stats ? live.supervisor_stats->view().vitals : Vitals{true, 1};
        v.actors += below.actors;
        v.restarts += below.restarts;
        v.given_up += below.given_up;
      }
    return v;
  }

  std::string text() const {
    std::vector<ChildView> children;
    for (std::size_t i = 0; i < live_.size(); ++i) {
      const auto& c = core_.children()[i];
      children.push_back({c.name, c.kind, c.state, c.restarts, c.since, live_[i].answered,
                          live_[i].actor ? backlog(live_[i].actor) : 0, spec_.children[i].supervisor});
    }
    return tree_text(vitals(), core_.policy(), children, core_.failures());
  }

  // Small things.

  static SupervisorCore::End end_of(const caf::error& reason) {
    if (!reason || reason == caf::exit_reason::user_shutdown) return {};
    if (reason.context().match_elements<std::string>()) return end_of_text(reason.context().get_as<std::string>(0));
    return {to_string(reason), {}, true};
  }

  std::optional<std::size_t> index_of(const std::string& name) const {
    const auto it = std::find_if(spec_.children.begin(), spec_.children.end(), [&](auto& c) { return c.name == name; });
    if (it == spec_.children.end()) return {};
    return it - spec_.children.begin();
  }
  void wake(const std::string& what, std::int64_t ms) { delayed_send(this, milliseconds(ms), Tick{what}); }
  template <class Message> void pass(const caf::strong_actor_ptr& to, const Message& m) {
    send(caf::actor_cast<caf::typed_actor<caf::reacts_to<Message>>>(to), m);
  }

  struct Live {
    caf::strong_actor_ptr actor;                  ///< null while it does not run
    const ActorStats* stats{};                    ///< its own, as long as `actor` holds it
    const SupervisorStats* supervisor_stats{};    ///< where it is a supervisor
    bool busy{};                                  ///< at the last look
    std::uint64_t started{};                      ///< likewise
    std::int64_t checks_stuck{}, checks_missed{}; ///< looks in a row at the same message; without a look of its own
    Instant answered;                             ///< last seen getting on
    std::uint64_t checks{};                       ///< its own, as seen at the last look
  };
  struct Alarm {
    std::size_t child{};
    std::uint64_t turn{};
  };

  SupervisorSpec spec_;
  std::optional<RootDuties> root_;
  std::vector<Live> live_;
  SupervisorCore core_;
  std::map<std::string, Alarm> alarms_; ///< deadlines of stops under way, by their Tick
  std::optional<Drain> drain_;
  std::optional<SupervisorCore::Finish> finish_;
  std::uint64_t checks_{};
  std::uint32_t given_up_{}, books_requests_{};
  bool heartbeat_sent_ = true;
};

} // namespace

Supervisor spawn_supervisor(caf::actor_system& system, ActorContext& context, SupervisorSpec spec,
                            std::optional<RootDuties> root) {
  const auto place = spec.place;
  const bool own_thread = spec.own_thread;
  auto actor = own_thread ? system.spawn<SupervisorActor, caf::detached>(context, std::move(spec), std::move(root))
                          : system.spawn<SupervisorActor>(context, std::move(spec), std::move(root));
  context.directory->put(place, caf::actor_cast<caf::strong_actor_ptr>(actor));
  caf::anon_send(actor, Tick{"start"});
  return actor;
}

ChildSpec nested(ActorContext& context, SupervisorSpec spec, const std::string& parent, ChildKind kind) {
  spec.parent = parent;
  std::vector<std::int64_t> below;
  for (const auto& c : spec.children) below.push_back(c.stop_deadline_ms);
  const auto name = spec.place;
  return {name, kind,
          [&context, spec = std::move(spec)](caf::actor_system& system) mutable {
            auto actor = caf::actor_cast<caf::strong_actor_ptr>(spawn_supervisor(system, context, spec));
            spec.again = true;
            return actor;
          },
          group_stop_deadline(below), true};
}

} // namespace inferd
