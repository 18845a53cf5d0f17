#pragma once
// Delivers one message to the operator's webhook or command. Blocking; not on an actor's thread.

#include "messages/units.hpp"
#include "runtime/ports/alert_name.hpp"
#include "runtime/ports/http_port.hpp"

#include <boost/json/object.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd::alerts {

struct MessengerSettings {
  /// Passes the webhook's address, a secret, to its argument; returns why it cannot. Null: there is no webhook.
  std::function<std::string(const std::function<void(std::string_view)>&)> with_webhook;
  NotifyForm form{};
  std::string chat;                     ///< telegram
  std::vector<std::string> command;     ///< empty: none
  std::vector<std::string> environment; ///< the command's
  std::int64_t deadline_ms = 10'000;    ///< of one delivery
};

struct Message {
  boost::json::object json;
  std::string text;
};

/// Why a message was not delivered, without the webhook's path.
struct Undelivered {
  std::string why;
  std::int64_t pause_ms{}; ///< the webhook asked for it; 0: it did not
};

class Messenger {
public:
  /// `http` null: only with a command.
  Messenger(MessengerSettings, std::shared_ptr<HttpPort> http);

  bool has_webhook() const { return bool(settings_.with_webhook); }
  bool has_command() const { return !settings_.command.empty(); }

  /// POSTs the message in the configured form. Any status but 2xx is a failure; redirects are not followed.
  std::optional<Undelivered> post(const Message&, Instant now);
  /// Starts the command with the JSON on its standard input and waits for its exit code 0; at the deadline it is killed.
  std::optional<Undelivered> run(const Message&);

  /// Ends a delivery that is under way, and all later ones, at once. From any thread.
  void stop();

private:
  MessengerSettings settings_;
  std::shared_ptr<HttpPort> http_;
  struct Wait {
    std::mutex mutex;
    std::condition_variable changed;
    bool stopped = false;
  };
  std::shared_ptr<Wait> wait_ = std::make_shared<Wait>(); ///< shared with the port's callbacks
};

} // namespace inferd::alerts
