#pragma once

#include "runtime/sim/chain/chain_state.hpp"
#include "runtime/sim/rpc/event_query.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace inferd::sim {

/// A WebSocket client's subscriptions.
struct Session {
  struct Subscription {
    std::string query;
    EventQuery parsed;
    boost::json::value id; ///< the request's; in each of its event frames
  };
  std::vector<Subscription> subscriptions; ///< at most 5
};

class Params;

/// A node's JSON-RPC without sockets: methods and formats of CometBFT 0.38, as recorded in tests/golden.
class Rpc {
public:
  explicit Rpc(ChainState& chain) : chain_(chain) {}

  /// The response object, errors included; null for a notification. `session` is null over HTTP, where `subscribe` is an
  /// unknown method.
  boost::json::value answer(const boost::json::value& request, Session* session);

  struct Reply {
    unsigned status = 200; ///< HTTP status: 500 if the body is not JSON
    std::string text;      ///< empty: no response
  };
  /// The same for untrusted text: one request or a batch, nested at most `limits::json_depth`.
  Reply answer(std::string_view text, Session* session);

  /// A client's event frames of `block`: those of the block, then one for each transaction.
  std::vector<boost::json::object> frames(const Block& block, const Session& session) const;

  /// Number of requests by method, of abci_query by the last part of its path.
  const std::map<std::string, std::uint64_t>& requests() const { return requests_; }

private:
  boost::json::value result_of(const std::string& method, const boost::json::object& params, const boost::json::value& id,
                               Session* session);
  void count(const std::string& method, const Params& params);

  ChainState& chain_;
  std::map<std::string, std::uint64_t> requests_;
};

} // namespace inferd::sim
