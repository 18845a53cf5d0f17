#pragma once
// The configuration that `inferd import` writes: what the Go node's file says, what the chain says of its topics, and what the
// command line says, which wins. Pure.

#include "runtime/cli/setup/go_config.hpp"
#include "runtime/cli/setup/init_plan.hpp"

#include <map>

namespace inferd::cli {

/// A topic's values of the command line; each as TEXT for every topic or TOPIC=TEXT for one.
struct ImportOptions {
  std::vector<std::string> symbols, targets, horizons;
  std::vector<std::string> rpc; ///< instead of the file's; empty: the file's
  std::string chain_id;         ///< likewise
};

/// Endpoints and the chain's id as far as it is known before one is asked; empty: it is not. Appends to `config.remarks`.
/// Throws Failure: no endpoint.
struct ImportNetwork {
  std::string chain_id;
  std::vector<std::string> rpc;
};
ImportNetwork import_network(const ImportOptions&, GoConfig& config);

/// For chains that no endpoint was asked for: by the names in the endpoints' addresses. Throws Failure: none has one.
std::string chain_id_of(const ImportNetwork&, GoConfig& config);

struct ImportTopic {
  std::string key; ///< "worker[0]"
  TopicId id;
  std::string symbol, target, horizon, model; ///< target empty: not known
  Interval interval;
};

struct ImportPlan {
  std::string chain_id;
  std::vector<std::string> rpc;
  std::optional<Uallo> fee_cap;
  std::optional<std::int64_t> deadline_ms;
  std::vector<ImportTopic> topics;
  std::vector<InitMarket> markets;   ///< empty: the usual ones
  std::string mnemonic;              ///< its file, relative to the configuration or absolute
  std::vector<std::string> no_proxy; ///< as in InitConfig
  bool dry_run = false;
};

/// `asked`: what the chain says of a topic, where it was asked. Appends to `not_taken` and `remarks` of `config`. Throws
/// Failure that names the option: a value that the setting does not take, a topic that is not in the file.
ImportPlan plan_import(const ImportOptions&, const ImportNetwork&, const std::map<TopicId, Proposal>& asked, GoConfig& config);

/// The configuration's text.
std::string import_config_text(const ImportPlan&);

} // namespace inferd::cli
