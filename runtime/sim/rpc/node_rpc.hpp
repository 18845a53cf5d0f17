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

/// One WebSocket client and what it has subscribed to.
struct Session {
  struct Subscription {
    std::string query;
    EventQuery parsed;
    boost::json::value id; ///< of the request; every event's frame carries it
  };
  std::vector<Subscription> subscriptions; ///< at most 5
};

class Params;

/// A node's JSON-RPC without its sockets: CometBFT 0.38's methods and shapes, as recorded in tests/golden.
class Rpc {
public:
  explicit Rpc(ChainState& chain) : chain_(chain) {}

  /// The response object, errors included; null for a notification, which gets none. `session` is null over plain HTTP,
  /// where subscribing is refused.
  boost::json::value answer(const boost::json::value& request, Session* session);

  struct Reply {
    unsigned status = 200; ///< HTTP: 500 when the body was no JSON
    std::string text;      ///< empty: nothing to answer
  };
  /// The same on text from outside: a request or a batch of them, at most `limits::json_depth` deep.
  Reply answer(std::string_view text, Session* session);

  /// The event frames of `block` for a client: the block's own, then one for each transaction.
  std::vector<boost::json::object> frames(const Block& block, const Session& session) const;

  /// Requests so far, by method; of abci_query by the last part of its path.
  const std::map<std::string, std::uint64_t>& requests() const { return requests_; }

private:
  boost::json::value result_of(const std::string& method, const boost::json::object& params, const boost::json::value& id,
                               Session* session);
  void count(const std::string& method, const Params& params);

  ChainState& chain_;
  std::map<std::string, std::uint64_t> requests_;
};

} // namespace inferd::sim
