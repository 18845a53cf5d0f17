#pragma once

#include "model/model.hpp"
#include "runtime/config/config.hpp"
#include "runtime/config/mistake.hpp"
#include "runtime/daemon/actor_tree.hpp"
#include "runtime/models/model_host.hpp"
#include "runtime/ports/http_port.hpp"

#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace inferd {

class Books;
class ModelStore;

/// One sentence that names the setting or the file.
struct CannotStart : std::runtime_error {
  using std::runtime_error::runtime_error;
  /// "`subject`: `sentence`". `setting` has the wrong value, as in mistake_in().
  CannotStart(const std::string& subject, std::string setting, std::string sentence)
    : std::runtime_error(subject + ": " + sentence), setting(std::move(setting)), sentence(std::move(sentence)) {}
  std::string setting, sentence; ///< empty: not known
};

/// The ports of a configuration's actor tree.
struct HostPorts {
  std::shared_ptr<ClockPort> clock;
  std::shared_ptr<HttpPort> http;
  std::shared_ptr<ChainPort> chain;
  std::shared_ptr<const SignerPort> signer;
  std::shared_ptr<StorePort> store;
  std::shared_ptr<models::ModelHost> models;      ///< not null
  std::shared_ptr<Books> books{};                 ///< which models were made live; null: none was
  std::shared_ptr<ModelStore> versions{};         ///< null: none are kept
  std::function<void(const std::string&)> warn{}; ///< of a shadow that is left out; may be empty
  bool open_models = true;                        ///< false: models from outside are planned, not started; for a replay
};

/// The configuration's wallet. Throws CannotStart unless there is exactly one: a process serves one.
const WalletSettings& only_wallet(const Config&);

/// Loads the wallet's key from the configured place. Throws CannotStart, without key material.
std::shared_ptr<const SignerPort> load_signer(const WalletSettings&);

/// The topic's model, which must be for its symbol, interval, horizon and target. Throws CannotStart.
std::shared_ptr<const Model> load_topic_model(const TopicSettings&);

/// The market of one feed, with all sources of the configuration or with one. Throws CannotStart.
std::shared_ptr<MarketPort> make_source_market(const Config&, const FeedId&, const HostPorts&);
std::shared_ptr<MarketPort> make_source_market(const Config&, const SourceSettings&, const FeedId&, const HostPorts&);

/// Closed candles of a long range for training, from the configured sources in their order. Blocking, on the caller's thread;
/// `note` is called after each page and may throw to end it.
using FetchHistory =
  std::function<std::vector<Candle>(Instant since, Instant until, const std::function<void(const std::string&)>& note)>;

/// Throws CannotStart.
FetchHistory make_history(const Config&, const FeedId&, const HostPorts&);

/// The source's rule for candles of this interval: max_age_s is for hourly candles and scales, to at least five minutes.
SourceRule source_rule(const SourceSettings&, Interval);

/// Every reason in the configuration and the files it names for which `run` would not start at `now`, found by the code of
/// `run`. Asks nobody. A systemd credential is not read where the process has none.
std::vector<ConfigMistake> start_mistakes(const Config&, Instant now);

/// Converts settings to policies: loads and checks the models, makes one feed per symbol and interval. Throws CannotStart.
std::shared_ptr<TreePlan> make_plan(const Config&, const WalletSettings&, const HostPorts&, bool dry_run);

} // namespace inferd
