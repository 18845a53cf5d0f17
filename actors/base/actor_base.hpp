#pragma once

#include "actors/base/directory.hpp"
#include "actors/base/registry.hpp"
#include "runtime/ports/clock_port.hpp"

#include <atomic>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace inferd {

/// One delivered message, before its actor sees it.
struct Delivery {
  Instant now;
  const std::string& receiver;
  const caf::strong_actor_ptr& sender;   ///< null: from outside the actors
  const caf::type_erased_tuple& content; ///< one element: a message of messages/all.hpp, or one of CAF's own
};

/// What every actor shares. Outlives the actor system.
struct ActorContext {
  std::shared_ptr<ClockPort> clock;
  std::shared_ptr<Directory> directory = std::make_shared<Directory>();
  std::function<void(const std::string& actor, Instant now)> on_start; ///< an actor begins, at the instant its now() says;
                                                                       ///< before its first message; from any thread
  std::function<void(const Delivery&)> on_delivery; ///< tape and log; set before the first spawn; called from any thread
  std::function<void(const std::string& actor, Instant now, const char* type, const std::string& json)>
    on_read; ///< what a port answered an actor in place, which no message brings: the books. May be empty
  std::function<void(const std::string& actor, const std::string& message, const std::string& what)>
    on_throw; ///< a handler threw: called before the actor ends, with the message it was handling
};

/// What a supervisor sees of an actor without asking it, from any thread.
struct ActorStats {
  explicit ActorStats(std::string place) : place_name(std::move(place)) {}
  virtual ~ActorStats() = default;
  const std::string place_name;
  std::atomic<std::int64_t> mailbox_size{}; ///< messages in its mailbox
  std::atomic<std::uint64_t> started{};     ///< messages it has taken from there
  std::atomic<bool> in_handler{};           ///< it is at one of them
};

/// Within a handler, or what belongs to one.
class HandlerScope {
public:
  explicit HandlerScope(ActorStats& stats)
    : stats_(stats), outer_(stats.in_handler.exchange(true, std::memory_order_relaxed)) {}
  ~HandlerScope() { stats_.in_handler.store(outer_, std::memory_order_relaxed); }
  HandlerScope(const HandlerScope&) = delete;
  HandlerScope& operator=(const HandlerScope&) = delete;

private:
  ActorStats& stats_;
  const bool outer_;
};

/// The base of every actor: each message passes the hook first, so that one whose handler throws is on the tape too; time
/// stands still while a message is handled, at the instant the tape has for it; sending goes by role.
template <class Base> class ActorBase : public Base, public ActorStats {
public:
  ActorBase(caf::actor_config& config, ActorContext& context, std::string place)
    : Base(config), ActorStats(std::move(place)), context_(context) {
    this->set_exception_handler([this](std::exception_ptr& thrown) -> caf::error {
      const auto what = describe(thrown);
      const auto message = this->system().types().portable_name(type_);
      if (context_.on_throw) context_.on_throw(place_name, message, what);
      return caf::make_error(caf::sec::runtime_error, place_name + ": " + what + " (at " + message + ")");
    });
  }

  const char* name() const override { return place_name.c_str(); }
  const std::string& place() const { return place_name; }

  void initialize() override {
    now_ = context_.clock->now();
    if (context_.on_start) context_.on_start(place_name, now_);
    context_.directory->claim(place_name, caf::strong_actor_ptr(this->ctrl()));
    Base::initialize();
  }

  using Base::enqueue;
  void enqueue(caf::mailbox_element_ptr element, caf::execution_unit* unit) override {
    mailbox_size.fetch_add(1, std::memory_order_relaxed);
    Base::enqueue(std::move(element), unit);
  }

  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    mailbox_size.fetch_sub(1, std::memory_order_relaxed);
    started.fetch_add(1, std::memory_order_relaxed);
    const HandlerScope here(*this);
    now_ = context_.clock->now();
    type_ = element.content().empty() ? caf::rtti_pair{} : element.content().type(0);
    this->current_element_ = &element; // before anything may throw: a failure is answered to whoever sent this
    if (context_.on_delivery) context_.on_delivery(Delivery{now_, place_name, element.sender, element.content()});
    return Base::consume(element);
  }

protected:
  Instant now() const { return now_; }
  std::uint64_t handled() const { return started.load(std::memory_order_relaxed); }
  Directory& directory() { return *context_.directory; }

  template <class Handle, class Message> void tell(const Role<Handle>& role, Message&& message) {
    if (const auto handle = context_.directory->find(role)) this->send(handle, std::forward<Message>(message));
  }

  /// For ports: takes the variant they answer with, from any thread, and sends what is in it to this actor. Does not keep
  /// the actor alive: an answer that comes after its end is nobody's.
  template <class Handle> auto receiver() {
    return [me = caf::weak_actor_ptr(this->ctrl())](auto answer) {
      const auto strong = me.lock();
      if (!strong) return;
      std::visit([&](auto& a) { caf::anon_send(caf::actor_cast<Handle>(strong), std::move(a)); }, answer);
    };
  }

  ActorContext& context_;

private:
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
  caf::rtti_pair type_; ///< of the message being handled
};

} // namespace inferd
