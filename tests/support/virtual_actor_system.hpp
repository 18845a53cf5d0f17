#pragma once
// A CAF actor system for tests: virtual time, one thread, all deliveries recorded. A seed other than 0 shuffles the order in
// which actors run, reproducibly.

#include "actors/interfaces.hpp"
#include "actors/base/actor_base.hpp"

#include <algorithm>
#include <atomic>
#include <caf/scheduler/test_coordinator.hpp>
#include <chrono>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace inferd::test {

/// Manual clock.
class TestClock : public ClockPort {
public:
  explicit TestClock(Instant start) : now_(start.value) {}
  Instant now() const override { return {now_.load()}; }
  void set(Instant t) { now_ = t.value; }
  void advance(std::int64_t ms) { now_ += ms; }

private:
  std::atomic<std::int64_t> now_;
};

/// The messages a CollectingActor received, in order, without Inspect.
class ReceivedMessages {
public:
  std::vector<caf::message> all;

  template <class Message> std::vector<Message> of() const {
    std::vector<Message> out;
    for (const auto& m : all)
      if (m.match_elements<Message>()) out.push_back(m.get_as<Message>(0));
    return out;
  }
  template <class Message> std::size_t count() const { return of<Message>().size(); }
  template <class Message> std::optional<Message> last() const {
    auto some = of<Message>();
    return some.empty() ? std::nullopt : std::optional<Message>(std::move(some.back()));
  }
};

/// Accepts every message of every interface.
struct CollectingActor : ActorBase<caf::event_based_actor> {
  CollectingActor(caf::actor_config& config, ActorContext& context, Place place, ReceivedMessages& into)
    : ActorBase(config, context, std::move(place)) {
    set_default_handler([&into](caf::scheduled_actor*, caf::message_view& m) -> caf::result<caf::message> {
      into.all.push_back(m.move_content_to_message());
      return caf::message{};
    });
  }
  caf::behavior make_behavior() override {
    return {[this](const Inspect&) { return shown({}); }};
  }
};

struct VirtualSystemConfig : caf::actor_system_config {
  VirtualSystemConfig() {
    set("scheduler.policy", caf::atom("testing"));
    set("scheduler.max-throughput", std::size_t{1}); // one message per turn: any interleaving is possible
    register_messages(*this);
  }
};

class VirtualActorSystem {
public:
  static constexpr Instant start{1'700'000'000'000};

  explicit VirtualActorSystem(std::uint64_t seed = 0) {
    if (seed) random_.emplace(seed);
    context.clock = clock;
    context.on_delivery = [this](const Delivery& d) { tape.push_back(to_string(d.receiver) + " <- " + text(d.content)); };
  }

  /// Ends all actors with a place. Timers are cancelled first, as an actor's Tick would keep the system alive.
  ~VirtualActorSystem() {
    context.on_delivery = nullptr;
    kill_all_actors();
  }

  /// kill -9: ends all actors with a place, their mailboxes and timers, and clears the directory.
  void kill_all_actors() {
    for (int round = 0; round < 3; ++round) {
      caf_clock().cancel_all();
      for (const auto& [place, actor] : context.directory->all()) caf::anon_send_exit(actor, caf::exit_reason::kill);
      run();
    }
    caf_clock().cancel_all();
    context.directory->clear();
  }

  /// Spawns a stand-in at `place` that collects the messages it receives.
  ReceivedMessages& collect(const Place& place) {
    auto& into = collected_.emplace_back();
    auto actor = system.spawn<CollectingActor>(context, place, into);
    context.directory->put(place, caf::actor_cast<caf::strong_actor_ptr>(actor));
    return into;
  }
  template <class Handle> ReceivedMessages& collect(const Role<Handle>& role) { return collect(role.place); }

  /// Sends `message` to the actor at the place and runs until idle.
  template <class Handle, class Message> void tell(const Role<Handle>& role, Message message) {
    if (const auto handle = context.directory->find(role)) caf::anon_send(handle, std::move(message));
    settle();
  }

  /// Sends Inspect to the actor at `place`; nullopt: no answer.
  std::optional<Inspection> inspect(const Place& place, bool deep = false) {
    const auto handle = caf::actor_cast<Inspectable>(context.directory->find(place));
    if (!handle) return std::nullopt;
    auto answer = std::make_shared<std::optional<Inspection>>();
    auto asker = system.spawn([handle, deep, answer](caf::event_based_actor* self) {
      self->request(handle, std::chrono::seconds(1), Inspect{deep})
        .then([answer](const Inspection& i) { *answer = i; }, [](const caf::error&) {});
    });
    asker = nullptr;
    settle();
    return *answer;
  }

  /// Delivers everything due now. Throws when two actors keep answering each other.
  void settle() {
    do
      if (run() == busy) throw std::runtime_error("the world does not come to rest");
    while (!halted() && on_idle && on_idle());
  }

  /// Called when no actor has work; true: a port delivered something.
  std::function<bool()> on_idle;
  /// When a port next delivers, by `steady`; advance() stops there.
  std::function<std::optional<Instant>()> next_due;

  /// Sets the time while no process runs.
  void set_time(Instant t) {
    clock->advance(t.value - steady->now().value);
    steady->set(t);
  }

  /// Stops all delivery after that many more messages: the process is killed there.
  void halt_after(std::size_t jobs) { jobs_left_ = jobs; }
  void resume() { jobs_left_.reset(); }
  bool halted() const { return jobs_left_ && *jobs_left_ == 0; }

  /// Advances time; each timer fires at its own instant, in order.
  void advance(std::int64_t ms) {
    settle();
    const auto end = caf_clock().current_time + std::chrono::milliseconds(ms);
    while (!halted()) {
      const auto now = caf_clock().current_time;
      const auto& schedule = caf_clock().schedule();
      auto next = schedule.empty() ? CafClock::time_point::max() : std::max(schedule.begin()->first, now);
      if (const auto due = next_due ? next_due() : std::nullopt)
        next = std::min(next, now + std::chrono::milliseconds(std::max<std::int64_t>(0, due->value - steady->now().value)));
      if (next > end) break;
      step_to(next);
      settle();
    }
    if (halted()) return;
    step_to(end);
    settle();
  }

  std::vector<std::string> tape;                                          ///< "receiver <- Message(…)", as delivered
  std::shared_ptr<TestClock> clock = std::make_shared<TestClock>(start);  ///< the actors'; a test may set it wrong
  std::shared_ptr<TestClock> steady = std::make_shared<TestClock>(start); ///< of the actor system, never changed by a test
  ActorContext context;

  /// Number of tape lines that contain `part`.
  std::size_t delivered(const std::string& part) const {
    return std::count_if(tape.begin(), tape.end(), [&](const auto& line) { return line.find(part) != line.npos; });
  }

private:
  static constexpr std::size_t busy = 1'000'000;
  using CafClock = caf::detail::test_actor_clock;

  std::string text(const caf::type_erased_tuple& content) const {
    if (content.empty()) return "()";
    auto name = system.types().portable_name(content.type(0));
    if (name.starts_with("inferd::")) name.erase(0, 8);
    return name + content.stringify();
  }

  std::size_t run() {
    auto& s = scheduler();
    std::size_t done = 0;
    for (; done < busy && s.has_job(); ++done) {
      if (jobs_left_ && (*jobs_left_)-- == 0) {
        jobs_left_ = 0;
        break;
      }
      if (random_) std::swap(s.jobs.front(), s.jobs[(*random_)() % s.jobs.size()]);
      s.run_once();
    }
    return done;
  }

  void step_to(CafClock::time_point t) {
    using std::chrono::duration_cast, std::chrono::milliseconds;
    const auto before = duration_cast<milliseconds>(caf_clock().current_time.time_since_epoch()).count();
    const auto after = duration_cast<milliseconds>(t.time_since_epoch()).count();
    clock->advance(after - before);
    steady->advance(after - before);
    scheduler().advance_time(t - caf_clock().current_time);
  }

  caf::scheduler::test_coordinator& scheduler() { return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler()); }
  CafClock& caf_clock() { return scheduler().clock(); }

  std::optional<std::size_t> jobs_left_;
  std::optional<std::mt19937_64> random_;
  std::deque<ReceivedMessages> collected_; // a deque keeps references valid
  VirtualSystemConfig config_;

public:
  caf::actor_system system{config_}; // declared last, destroyed first
};

} // namespace inferd::test
