#pragma once

#include "messages/units.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <string>
#include <string_view>

namespace inferd::chain {

/// What GetTopic says for people, beyond the rules of decode_topic (queries.hpp).
struct TopicDescription {
  std::string creator, loss_method;
  bool classification{}; ///< else regression
};

/// `bytes` as for decode_topic, untrusted. An error if the response is about another topic.
Result<TopicDescription> decode_topic_description(std::string_view bytes, TopicId);

} // namespace inferd::chain
