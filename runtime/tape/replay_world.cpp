#include "runtime/tape/replay_world.hpp"

#include "actors/base/actor_base.hpp"
#include "runtime/tape/tape_messages.hpp"

#include <caf/scheduler/test_coordinator.hpp>

namespace inferd {
namespace {

struct ReplayClock : ClockPort {
  Instant time;
  Instant now() const override { return time; }
};

struct ReplayConfig : caf::actor_system_config {
  ReplayConfig() {
    set("scheduler.policy", caf::atom("testing"));
    register_messages(*this);
  }
};

} // namespace

struct ReplayWorld::Impl {
  explicit Impl(Place p) : place(std::move(p)) { context.clock = clock; }

  void add_stub(const Place& at) {
    auto record = [this, at](caf::scheduled_actor*, caf::message_view& view) -> caf::result<caf::message> {
      auto recorded = to_tape(view.content());
      if (recorded.type) sent[at].push_back({recorded.type, std::move(recorded.json), last});
      return caf::message{};
    };
    auto actor = system.spawn([record](caf::event_based_actor* self) -> caf::behavior {
      self->set_default_handler(record);
      return {[](caf::unit_t) {}}; // without a behavior the actor would end
    });
    context.directory->put(at, caf::actor_cast<caf::strong_actor_ptr>(actor));
  }
  void run() { scheduler().run(); }
  void end_actor() {
    if (!actor) return;
    scheduler().clock().cancel_all();
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    run();
    actor = nullptr;
    context.directory->erase(place);
  }
  caf::scheduler::test_coordinator& scheduler() { return dynamic_cast<caf::scheduler::test_coordinator&>(system.scheduler()); }

  Place place;
  std::shared_ptr<ReplayClock> clock = std::make_shared<ReplayClock>();
  ActorContext context;
  SentTo sent;
  std::uint64_t last = 0;
  ReplayConfig config;
  caf::actor_system system{config};
  caf::strong_actor_ptr actor;
};

ReplayWorld::ReplayWorld(const Place& place, const std::set<Place>& places) : impl_(std::make_unique<Impl>(place)) {
  for (const auto& p : places)
    if (p != place) impl_->add_stub(p);
  impl_->run();
}

ReplayWorld::~ReplayWorld() {
  impl_->end_actor();
  for (const auto& [p, actor] : impl_->context.directory->all()) caf::anon_send_exit(actor, caf::exit_reason::kill);
  impl_->run();
  impl_->scheduler().clock().cancel_all();
  impl_->context.directory->clear();
}

bool ReplayWorld::start(const TapeEntry& e, const ActorFactory& make) {
  impl_->end_actor();
  impl_->clock->time = e.now;
  impl_->last = e.seq;
  impl_->actor = make(impl_->system, impl_->context, impl_->place);
  if (!impl_->actor) return false;
  impl_->context.directory->put(impl_->place, impl_->actor);
  impl_->run();
  return true;
}

void ReplayWorld::feed(const TapeEntry& e) {
  if (!impl_->actor) throw std::runtime_error(to_string(impl_->place) + " gets a message before it was started");
  impl_->clock->time = e.now;
  impl_->last = e.seq;
  impl_->actor->enqueue(nullptr, caf::make_message_id(), make_message(e.type, e.message), nullptr);
  impl_->run();
}

void ReplayWorld::finish() { impl_->end_actor(); }

const SentTo& ReplayWorld::sent() const { return impl_->sent; }

} // namespace inferd
