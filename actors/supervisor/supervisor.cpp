#include "actors/supervisor/supervisor.hpp"

#include "actors/supervisor/supervisor_core.hpp"
#include "actors/supervisor/supervisor_view.hpp"
#include "runtime/ports/earning_facts.hpp"

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
      [this](const Inspect&) { return inspection(); },
      [this](const RestartDue& m) { on(m); },
      [this](const StopOverdue& m) { on(m); },
      [this](const RestartChild& m) { on(m); },
      [](const ChildFailed&) {}, // for log and tape
      [this](const ChildRestarted& m) { on(m); },
      [this](const Drain& m) { on(m); },
      [this](const Drained& m) { on(m); },
      [this](const BooksSummary& m) { on(m); },
      [](const ClashNoticed&) {},   // for log and tape
      [](const HeadWentBack&) {},   // likewise
      [](const BalanceChanged&) {}, // likewise
      [](const Heartbeat&) {},      // for log and tape
      [this](const Tick& m) { on(m); },
    };
  }

  /// Also after a kill or its own exception: no child is left without a supervisor.
  void on_exit() override {
    for (std::size_t i = 0; i < live_.size(); ++i) {
      if (!live_[i].actor) continue;
      send_exit(live_[i].actor, caf::exit_reason::kill);
      leave(i);
    }
    if (directory().find(place()).get() == ctrl()) directory().erase(place());
    // No supervisor restarts a root that ends by an error: its end ends the process, and its failure is logged here.
    if (root_ && !finish_ && root_->on_exhausted) root_->on_exhausted(unasked());
  }

private:
  static std::vector<SupervisorCore::Child> core_children(const SupervisorSpec& spec) {
    std::vector<SupervisorCore::Child> children;
    for (const auto& c : spec.children) {
      assert(c.start);
      children.push_back({c.place, c.kind, c.stop_deadline_ms});
    }
    return children;
  }

  std::string unasked() const {
    std::string what = "the root of the tree ended unasked";
    if (!failure()) return what;
    return what + ": " + failure()->what + (failure()->message.empty() ? "" : ", handling " + failure()->message);
  }

  // Messages.

  void on(const Tick& m) {
    switch (m.alarm) {
      case Alarm::start:
        run(core_.start(now()));
        if (spec_.again)
          for (const auto& child : spec_.children) on(ChildRestarted{child.place});
        if (!core_.stopping()) check_children();
        if (root_) wake(Alarm::heartbeat, root_->heartbeat_ms);
        break;
      case Alarm::check_children:
        if (!core_.stopping()) check_children();
        break;
      case Alarm::heartbeat: ask_the_books(); break;
      case Alarm::books_late:
        if (books_requests_ > 0 && --books_requests_ == 0) heartbeat();
        break;
      case Alarm::drain_deadline: stop_drained(); break;
      case Alarm::stop_deadline: run(core_.stop_at_once(now())); break;
      case Alarm::finish:
        if (finish_) finish(*finish_);
        break;
      default: break; // another actor's
    }
  }

  void on(const StopOverdue& m) {
    if (const auto child = index_of(m.child)) run(core_.overdue(*child, m.turn, now()));
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
    if (spec_.parent)
      if (const auto parent = directory().find(*spec_.parent)) pass(parent, m);
    if (drain_ && root_ && m.child == root_->drained_first)
      if (const auto back = directory().find(m.child)) pass(back, *drain_);
  }

  void on(const Drain& m) {
    if (drain_ || core_.stopping()) return;
    drain_ = m;
    const auto first = root_ && root_->drained_first ? directory().find(*root_->drained_first) : nullptr;
    if (!first) return stop_drained();
    pass(first, m);
    // The machine's clock may have been set back since the deadline was chosen.
    wake(Alarm::drain_deadline, std::clamp<std::int64_t>(m.deadline.value - now().value, 0, limits::stop_deadline));
  }

  void on(const Drained&) { stop_drained(); }

  void on(const BooksSummary& m) {
    books_ = m;
    if (unanswered_ == 0) heartbeat();
  }

  void stop_drained() {
    if (!drain_ || core_.stopping()) return;
    if (root_) wake(Alarm::stop_deadline, limits::tree_stop_deadline);
    run(core_.stop(drain_->why, now()));
  }

  void on_down(const caf::down_msg& m) {
    for (std::size_t i = 0; i < live_.size(); ++i)
      if (live_[i].actor && live_[i].actor->address() == m.source) {
        leave(i);
        return run(core_.ended(i, failure_of(spec_.children[i].place, m.reason), now()));
      }
  }

  // Effects. A start that fails is reported to the core after the effects that follow it.

  void run(const SupervisorCore::Effects& effects) {
    std::map<std::size_t, ActorFailure> failed_starts;
    for (const auto& effect : effects)
      if (const auto* start = std::get_if<SupervisorCore::Start>(&effect)) {
        if (const auto why = begin(start->child)) failed_starts[start->child] = {spec_.children[start->child].place, {}, *why};
      } else {
        std::visit([this](const auto& e) { carry_out(e); }, effect);
      }
    for (const auto& [child, failure] : failed_starts) run(core_.ended(child, failure, now()));
    show({vitals(), checks_});
  }

  std::optional<std::string> begin(std::size_t child) {
    const auto& spec = spec_.children[child];
    try {
      const auto actor = spec.start(system());
      if (!actor) return "could not start: nothing was spawned";
      live_[child] = {actor, dynamic_cast<const ActorStats*>(actor->get()), dynamic_cast<const SupervisorStats*>(actor->get())};
      directory().put(spec.place, actor);
      monitor(actor->address());
      return {};
    } catch (const std::exception& e) {
      return std::string("could not start: ") + e.what();
    }
  }

  void carry_out(const SupervisorCore::Start&) {} // by run()
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
    delayed_send(this, milliseconds(e.ms), RestartDue{spec_.children[e.child].place});
  }
  void carry_out(const ChildFailed& e) { send(this, e); }
  void carry_out(const ChildRestarted& e) { on(e); }
  void carry_out(const SupervisorCore::Finish& e) { // a ChildFailed sent before is still delivered
    finish_ = e;
    send(this, Tick{Alarm::finish});
  }
  void finish(const SupervisorCore::Finish& e) {
    if (directory().find(place()).get() == ctrl()) directory().erase(place());
    if (root_ && e.exhausted && root_->on_exhausted) root_->on_exhausted(e.reason);
    if (root_ && !e.exhausted && root_->on_stopped) root_->on_stopped();
    if (e.exhausted) quit(caf::make_error(caf::sec::runtime_error, ActorFailure{place(), {}, e.reason}));
    else quit(caf::exit_reason::user_shutdown);
  }

  void end(std::size_t child, std::uint64_t turn, std::int64_t deadline_ms, caf::exit_reason how) {
    if (!live_[child].actor) return;
    delayed_send(this, milliseconds(deadline_ms), StopOverdue{spec_.children[child].place, turn});
    send_exit(live_[child].actor, how);
  }

  /// Takes it out of the directory, unless its place is taken by another actor.
  void leave(std::size_t child) {
    const auto& place = spec_.children[child].place;
    if (directory().find(place) == live_[child].actor) directory().erase(place);
    live_[child] = {};
  }

  // Liveness. The children's counters are read and no message is sent, so an idle tree stays idle. Deadlines are counted in
  // checks, not in clock time, so that setting the clock makes no child look hung.

  void check_children() {
    ++checks_;
    wake(Alarm::check_children, spec_.liveness_interval_ms);
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
        run(core_.hung(i, "has been handling one message for more than " + std::to_string(spec_.liveness_deadline_ms) + " ms",
                       now()));
      else if ((live.checks_missed - 1) * spec_.liveness_interval_ms >= spec_.liveness_deadline_ms)
        run(core_.hung(i, "has not checked its children for more than " + std::to_string(spec_.liveness_deadline_ms) + " ms",
                       now()));
    }
    show({vitals(), checks_});
    if (root_ && root_->on_alive && healthy()) root_->on_alive(now());
  }

  static std::int64_t backlog(const caf::strong_actor_ptr& actor) {
    const auto* stats = dynamic_cast<const ActorStats*>(actor->get());
    return stats ? stats->mailbox_size.load(std::memory_order_relaxed) : 0;
  }

  /// Every child that should run does, and makes progress.
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
    wake(Alarm::heartbeat, root_->heartbeat_ms);
    if (books_) heartbeat(); // of the one before: an actor has not answered since
    heartbeat_sent_ = false;
    ++books_requests_;
    wake(Alarm::books_late, limits::books_deadline);
    books_.reset();
    tell(ledger_role, BooksWanted{root_->wallet, now()});
    inspect_actors();
  }

  /// Those that know a fact of the heartbeat. An answer to an earlier heartbeat is dropped.
  void inspect_actors() {
    inspected_.clear();
    unanswered_ = 0;
    ++inspections_;
    for (const auto& [place, actor] : directory().all()) {
      if (place.kind != PlaceKind::watcher && place.kind != PlaceKind::submitter && place.kind != PlaceKind::fetcher &&
          place.kind != PlaceKind::predictor)
        continue;
      ++unanswered_;
      const auto answered = [this, mine = inspections_](const Inspection* m) {
        if (mine != inspections_) return;
        if (m) inspected_.push_back(*m);
        if (--unanswered_ == 0 && books_) heartbeat();
      };
      request(caf::actor_cast<Inspectable>(actor), milliseconds(limits::books_deadline), Inspect{})
        .then([answered](const Inspection& m) { answered(&m); }, [answered](const caf::error&) { answered(nullptr); });
    }
  }

  void heartbeat() {
    if (!root_ || heartbeat_sent_) return;
    heartbeat_sent_ = true;
    std::vector<const Inspection*> actors;
    for (const auto& m : inspected_) actors.push_back(&m);
    auto books = books_ ? books_text(*books_) : "the ledger did not answer";
    if (const auto facts = to_sentence(earning_facts(actors, books_)); !facts.empty()) books += "; " + facts;
    inspected_.clear();
    const auto v = vitals();
    auto alive = std::to_string(v.actors) + " actors, " + std::to_string(v.restarts) + " restarts" +
                 (v.healthy ? "" : ", not all healthy");
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

  Inspection inspection() const {
    SupervisorView out{vitals(), core_.policy(), {}, {core_.failures().begin(), core_.failures().end()}};
    for (std::size_t i = 0; i < live_.size(); ++i) {
      const auto& c = core_.children()[i];
      out.children.push_back({c.place, c.kind, c.state, c.restarts, c.since, live_[i].answered,
                              live_[i].actor ? backlog(live_[i].actor) : 0, spec_.children[i].supervisor});
    }
    return shown(std::move(out));
  }

  // Helpers.

  static std::optional<ActorFailure> failure_of(const Place& child, const caf::error& reason) {
    if (!reason || reason == caf::exit_reason::user_shutdown) return {};
    if (reason.context().match_elements<ActorFailure>()) return reason.context().get_as<ActorFailure>(0);
    return ActorFailure{child, {}, to_string(reason)};
  }

  std::optional<std::size_t> index_of(const Place& child) const {
    const auto it = std::find_if(spec_.children.begin(), spec_.children.end(), [&](auto& c) { return c.place == child; });
    if (it == spec_.children.end()) return {};
    return it - spec_.children.begin();
  }
  void wake(Alarm alarm, std::int64_t ms) { delayed_send(this, milliseconds(ms), Tick{alarm}); }
  template <class Message> void pass(const caf::strong_actor_ptr& to, const Message& m) {
    send(caf::actor_cast<caf::typed_actor<caf::reacts_to<Message>>>(to), m);
  }

  struct Live {
    caf::strong_actor_ptr actor;                  ///< null while it does not run
    const ActorStats* stats{};                    ///< its own, as long as `actor` holds it
    const SupervisorStats* supervisor_stats{};    ///< where it is a supervisor
    bool busy{};                                  ///< at the last check
    std::uint64_t started{};                      ///< likewise
    std::int64_t checks_stuck{}, checks_missed{}; ///< checks in a row with the same message; without a check of its own
    Instant answered;                             ///< when it was last seen making progress
    std::uint64_t checks{};                       ///< its own, at the last check
  };

  SupervisorSpec spec_;
  std::optional<RootDuties> root_;
  std::vector<Live> live_;
  SupervisorCore core_;
  std::optional<Drain> drain_;
  std::optional<SupervisorCore::Finish> finish_;
  std::uint64_t checks_{};
  std::uint32_t given_up_{}, books_requests_{};
  bool heartbeat_sent_ = true;

  // Of the heartbeat that is being prepared; in the root only.
  std::optional<BooksSummary> books_;
  std::vector<Inspection> inspected_;
  std::size_t unanswered_{};
  std::uint64_t inspections_{};
};

} // namespace

Supervisor spawn_supervisor(caf::actor_system& system, ActorContext& context, SupervisorSpec spec,
                            std::optional<RootDuties> root) {
  const auto place = spec.place;
  const bool own_thread = spec.own_thread;
  auto actor = own_thread ? system.spawn<SupervisorActor, caf::detached>(context, std::move(spec), std::move(root))
                          : system.spawn<SupervisorActor>(context, std::move(spec), std::move(root));
  context.directory->put(place, caf::actor_cast<caf::strong_actor_ptr>(actor));
  caf::anon_send(actor, Tick{Alarm::start});
  return actor;
}

ChildSpec nested(ActorContext& context, SupervisorSpec spec, const Place& parent, ChildKind kind) {
  spec.parent = parent;
  std::vector<std::int64_t> below;
  for (const auto& c : spec.children) below.push_back(c.stop_deadline_ms);
  const auto place = spec.place;
  return {place, kind,
          [&context, spec = std::move(spec)](caf::actor_system& system) mutable {
            auto actor = caf::actor_cast<caf::strong_actor_ptr>(spawn_supervisor(system, context, spec));
            spec.again = true;
            return actor;
          },
          group_stop_deadline(below), true};
}

} // namespace inferd
