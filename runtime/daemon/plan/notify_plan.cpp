#include "runtime/daemon/plan/notify_plan.hpp"

#include "runtime/config/secret_source.hpp"
#include "runtime/models/spawn.hpp"

#include <unistd.h>

namespace inferd {

std::shared_ptr<alerts::Messenger> make_messenger(const NotifySettings& n, std::shared_ptr<HttpPort> http) {
  alerts::MessengerSettings settings{.with_webhook = {}, .form = n.form, .chat = n.chat, .command = n.command};
  settings.environment = models::child_environment(environ);
  if (!n.webhook.empty())
    settings.with_webhook = [url = n.webhook](const std::function<void(std::string_view)>& use) {
      use(url);
      return std::string();
    };
  else if (n.webhook_secret)
    settings.with_webhook = [source = n.webhook_secret](const std::function<void(std::string_view)>& use) {
      return with_secret(source, real_host(), use);
    };
  return std::make_shared<alerts::Messenger>(std::move(settings), std::move(http));
}

alerts::Policy alert_policy(const NotifySettings& n) {
  return {.names = n.alerts,
          .repeat_ms = n.repeat_s * 1'000,
          .per_hour = static_cast<std::size_t>(n.per_hour),
          .resolved = n.resolved};
}

alerts::Sender message_sender(const Config& config, const Wallet& wallet) {
  char host[256] = {};
  if (::gethostname(host, sizeof host - 1) != 0) host[0] = '?';
  return {wallet.address, config.chain.id, host};
}

} // namespace inferd
