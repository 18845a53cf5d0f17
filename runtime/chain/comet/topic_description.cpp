#include "runtime/chain/comet/topic_description.hpp"

#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/chain/encoding/proto_io.hpp"

namespace inferd::chain {

Result<TopicDescription> decode_topic_description(std::string_view bytes, TopicId asked) {
  constexpr int classification = 2;
  const auto answer = parse_message<wire::GetTopicResponse>(bytes);
  if (!answer || answer->topic().id() != asked.value)
    return std::string("the chain's answer is not the topic that was asked for");
  const auto& topic = answer->topic();
  return TopicDescription{topic.creator(), topic.loss_method(), topic.topic_type() == classification};
}

} // namespace inferd::chain
