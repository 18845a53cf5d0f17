#pragma once

#include "runtime/sim/rpc/sim_queries.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace inferd::sim {

using QueryResult = std::variant<std::string, Outcome>; ///< protobuf or a refusal

/// A query of the emissions module by topic, or by topic and address.
struct AskedTopic {
  const Emissions& emissions; ///< as of the height that the node answers with
  const Topic* topic;         ///< null: unknown topic
  const wire::TopicAddressRequest& request;
  std::int64_t height; ///< inferences and conclusions are as of this block, the rest as of `emissions`
};

using TopicQuery = QueryResult (*)(const AskedTopic&);
/// Null for an unknown method.
TopicQuery topic_query(std::string_view method);

// Refusals with the chain's text.
inline Outcome not_found(const std::string& what) {
  return refused(22, "sdk", "rpc error: code = NotFound desc = " + what + ": key not found");
}
inline Outcome unknown_request(const std::string& what) { return refused(6, "sdk", what + ": unknown request"); }
inline Outcome invalid_request(const std::string& what) { return refused(18, "sdk", what + ": invalid request"); }

} // namespace inferd::sim
