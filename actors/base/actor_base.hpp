#pragma once

#include "actors/base/actor_stats.hpp"
#include "actors/base/directory.hpp"
#include "actors/base/registry.hpp"
#include "runtime/ports/clock_port.hpp"

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace inferd {

/// One message before its handler runs.
struct Delivery {
  Instant now; ///< now() in the handler
  const Place& receiver;
  const caf::strong_actor_ptr& sender;   ///< null: not an actor
  const caf::type_erased_tuple& content; ///< one element: a message of messages/all.hpp, or one of CAF's own
};

/// What all actors share. Outlives the actor system. The callbacks are set before the first spawn and run on the thread of the
/// actor; an exception of on_delivery is a failure of the receiver.
struct ActorContext {
  std::shared_ptr<ClockPort> clock;
  std::shared_ptr<Directory> directory = std::make_shared<Directory>();
  std::function<void(const Place& actor, Instant now)> on_start; ///< before an actor's first message; may be empty
  std::function<void(const Delivery&)> on_delivery;              ///< for tape and log; may be empty
  /// A port's answer that comes as a return value instead of a message (the ledger's queries of the books); may be empty.
  std::function<void(const Place& actor, Instant now, const char* type, const std::string& json)> on_read;
  std::int64_t (*monotonic_ns)() = nullptr; ///< for handler times; null: they are not measured
};

/// The base of every actor. Each message passes ActorContext::on_delivery before its handler runs, so a message whose handler
/// throws is on the tape. now() does not change while a message is handled and is the instant the tape has for it. A handler
/// that throws ends the actor with an error whose context is an ActorFailure; its supervisor logs it.
template <class Base> class ActorBase : public Base, public ActorStats {
public:
  ActorBase(caf::actor_config& config, ActorContext& context, Place place)
    : Base(config), ActorStats(std::move(place)), context_(context) {
    this->set_exception_handler([this](std::exception_ptr& thrown) -> caf::error {
      failure_ = ActorFailure{actor_place, type_name(), describe(thrown)};
      return caf::make_error(caf::sec::runtime_error, *failure_);
    });
  }

  const char* name() const override { return place_name.c_str(); }
  const Place& place() const { return actor_place; }

  void initialize() override {
    now_ = context_.clock->now();
    if (context_.on_start) context_.on_start(actor_place, now_);
    context_.directory->claim(actor_place, caf::strong_actor_ptr(this->ctrl()));
    Base::initialize();
  }

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) override {
    mailbox_size.fetch_add(1, std::memory_order_relaxed);
    waiting[message_index(element->content())].fetch_add(1, std::memory_order_relaxed);
    Base::enqueue(std::move(element), unit);
  }

  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    mailbox_size.fetch_sub(1, std::memory_order_relaxed);
    started.fetch_add(1, std::memory_order_relaxed);
    const auto message = message_index(element.content());
    waiting[message].fetch_sub(1, std::memory_order_relaxed);
    const HandlerScope here(*this);
    const HandlerTime time(*this, context_.monotonic_ns, message);
    now_ = context_.clock->now();
    type_ = element.content().empty() ? caf::rtti_pair{} : element.content().type(0);
    this->current_element_ = &element; // CAF answers a failure to the sender of this, also when on_delivery throws
    if (context_.on_delivery) context_.on_delivery(Delivery{now_, actor_place, element.sender, element.content()});
    return Base::consume(element);
  }

protected:
  Instant now() const { return now_; }
  std::uint64_t handled() const { return started.load(std::memory_order_relaxed); }
  const std::optional<ActorFailure>& failure() const { return failure_; } ///< set when a handler has thrown
  Directory& directory() { return *context_.directory; }

  /// Sends `message` to the actor at `role`. Lost when there is none.
  template <class Handle, class Message> void tell(const Role<Handle>& role, Message&& message) {
    if (const auto handle = context_.directory->find(role)) this->send(handle, std::forward<Message>(message));
  }

  /// A callback for ports: sends the alternative of the variant it is given to this actor. Callable from any thread. Holds a
  /// weak pointer; an answer that arrives after the actor's end is dropped.
  template <class Handle> auto receiver() {
    return [me = caf::weak_actor_ptr(this->ctrl())](auto answer) {
      const auto strong = me.lock();
      if (!strong) return;
      std::visit([&](auto& a) { caf::anon_send(caf::actor_cast<Handle>(strong), std::move(a)); }, answer);
    };
  }

  Inspection shown(ActorView state, std::string trouble = {}) const {
    return {actor_place, std::move(trouble), std::move(state), handled()};
  }

  ActorContext& context_;

private:
  /// Of the message that is being handled, without the namespace.
  std::string type_name() const {
    const auto name = this->system().types().portable_name(type_);
    return name.starts_with("inferd::") ? name.substr(8) : name;
  }
  static std::string describe(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      return e.what();
    } catch (...) {
      return "not a std::exception";
    }
  }

  Instant now_;
  caf::rtti_pair type_; ///< of the message that is being handled
  std::optional<ActorFailure> failure_;
};

} // namespace inferd
