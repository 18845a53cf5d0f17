#pragma once
// One node asked over plain HTTP: what `inferd init` needs before there is a configuration. Blocking; each request ends within
// `deadline_ms`.

#include "messages/chain.hpp"
#include "runtime/chain/comet/queries.hpp"
#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/comet/topic_description.hpp"
#include "runtime/ports/http_port.hpp"

#include <optional>
#include <string>

namespace inferd::cli {

/// Every function throws Failure with one sentence that names the node; its URL may hold a key and is shown without it.
class NodeReader {
public:
  /// `rpc`: as in chain.rpc.
  NodeReader(HttpPort&, std::string rpc, std::int64_t deadline_ms = 10'000);

  chain::NodeStatus status();

  struct Topic {
    TopicArrived rules;
    chain::TopicDescription description;
  };
  Topic topic(TopicId);
  WindowStatusArrived window(TopicId, const Wallet&);
  AccountArrived account(const Wallet&); ///< !exists: never funded

  /// Asks the faucet that a simulated chain has (`inferd sim`): whether it has funded the wallet.
  bool take_from_faucet(const Wallet&);

private:
  HttpAnswer post(const std::string& path, std::string body);
  boost::json::value call(const std::string& method, boost::json::object params);
  chain::Answered<chain::QueryAnswer> query(const chain::Query&);
  const std::string& emissions();
  [[noreturn]] void fail(const std::string& what) const;

  HttpPort& http_;
  std::string rpc_, url_;
  std::int64_t deadline_ms_;
  std::string emissions_;
};

} // namespace inferd::cli
