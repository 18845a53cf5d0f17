#pragma once

#include "runtime/admin/tree_port.hpp"
#include "runtime/alerts/message_forms.hpp"
#include "runtime/alerts/messenger.hpp"
#include "runtime/ports/clock_port.hpp"

#include <functional>
#include <memory>
#include <string>

namespace inferd::alerts {

struct NotifierSettings {
  Policy policy;
  Sender sender;
  std::int64_t check_ms = 15'000;
  std::function<void(const std::string& line)> warn; ///< a message that is given up, with its reason
};

/// Looks at the alerts' conditions on a thread of its own and delivers the messages. A delivery that fails is tried again, at
/// most three times in all; at most 32 messages wait for theirs.
class Notifier {
public:
  Notifier(NotifierSettings, std::shared_ptr<TreePort>, std::shared_ptr<ClockPort>, std::shared_ptr<Messenger>);
  ~Notifier(); ///< ends a delivery that is under way
  Notifier(const Notifier&) = delete;
  Notifier& operator=(const Notifier&) = delete;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd::alerts
