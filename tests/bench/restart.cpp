// Restart latency of a supervised actor without its backoff: from its kill to the first reply of its successor, on the daemon's
// scheduler. Prints microseconds.

#include "actors/supervisor/supervisor.hpp"
#include "actors/pipeline/timer.hpp"
#include "runtime/live/system_clock.hpp"

#include <algorithm>
#include <caf/all.hpp>
#include <chrono>
#include <cstdio>
#include <thread>
#include <vector>

using namespace inferd;
using Steady = std::chrono::steady_clock;

namespace {

struct Config : caf::actor_system_config {
  Config() {
    set("scheduler.policy", caf::atom("sharing"));
    set("scheduler.max-threads", std::size_t{2});
    register_messages(*this);
  }
};

} // namespace

int main() {
  constexpr std::size_t rounds = 2'000;
  const Role<Timer> place = timer_of(TopicId{1});
  Config config;
  caf::actor_system system(config);
  ActorContext context{.clock = std::make_shared<SystemClock>()};
  const auto spawn = [&context](caf::actor_system& s) {
    return caf::actor_cast<caf::strong_actor_ptr>(spawn_timer(s, context, {.topic = {1}}));
  };
  SupervisorSpec spec{.place = root_role.place,
                      .policy = {.restarts = rounds + 1, .backoff = {}},
                      .children = {{.place = place.place, .kind = ChildKind::permanent, .start = spawn}}};
  spawn_supervisor(system, context, spec, std::nullopt);

  caf::scoped_actor self(system);
  std::vector<double> micros;
  while (micros.size() < rounds) {
    const auto old = context.directory->find(place.place);
    if (!old) continue;
    const auto begin = Steady::now();
    caf::anon_send_exit(old, caf::exit_reason::kill);
    caf::strong_actor_ptr next;
    while (!next || next == old) std::this_thread::yield(), next = context.directory->find(place.place);
    bool answered = false;
    self->request(caf::actor_cast<Inspectable>(next), std::chrono::seconds(5), Inspect{})
      .receive([&](const Inspection&) { answered = true; }, [](const caf::error&) {});
    if (!answered) return std::fputs("the successor did not answer\n", stderr), 1;
    micros.push_back(std::chrono::duration<double, std::micro>(Steady::now() - begin).count());
  }
  if (const auto root = context.directory->find(root_role.place)) caf::anon_send_exit(root, caf::exit_reason::kill);
  context.directory->clear();
  std::sort(micros.begin(), micros.end());
  const auto at = [&](double q) { return micros[static_cast<std::size_t>(q * static_cast<double>(micros.size() - 1))]; };
  std::printf("an actor's restart, without its backoff: n=%zu min=%.0f us p50=%.0f us p99=%.0f us max=%.0f us\n", micros.size(),
              at(0), at(0.5), at(0.99), at(1));
}
