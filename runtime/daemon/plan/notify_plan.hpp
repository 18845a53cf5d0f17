#pragma once

#include "runtime/alerts/messenger.hpp"
#include "runtime/alerts/notifier.hpp"
#include "runtime/config/config.hpp"

#include <memory>

namespace inferd {

/// `[notify]`, whose secret is read at each delivery. `settings.on()` holds.
std::shared_ptr<alerts::Messenger> make_messenger(const NotifySettings& settings, std::shared_ptr<HttpPort>);

alerts::Policy alert_policy(const NotifySettings&);

/// Who the messages are from, with this machine's name.
alerts::Sender message_sender(const Config&, const Wallet&);

} // namespace inferd
