#include "runtime/tape/tape_messages.hpp"

#include "messages/json.hpp"
#include "actors/base/registry.hpp"

#include <stdexcept>
#include <type_traits>
#include <typeindex>
#include <unordered_map>

namespace inferd {
namespace {

struct Codec {
  const char* name;
  std::string (*encode)(const caf::type_erased_tuple&);
  caf::message (*decode)(const boost::json::value&);
};

using Codecs = std::unordered_map<std::type_index, Codec>;

template <class Message>
constexpr bool on_tape = !std::is_same_v<Message, Inspect> && !std::is_same_v<Message, Inspection>; // they change no state

template <class Message> void add_codec(Codecs& codecs, const char* name) {
  if constexpr (on_tape<Message>)
    codecs.emplace(typeid(Message), Codec{name,
                                          [](const caf::type_erased_tuple& content) {
                                            std::string text;
                                            append_json(text, content.get_as<Message>(0));
                                            return text;
                                          },
                                          [](const boost::json::value& v) {
                                            Message m{};
                                            from_json(v, m, "message");
                                            return caf::make_message(std::move(m));
                                          }});
}

const Codecs& by_type() {
  static const auto all = [] {
    Codecs codecs;
#define INFERD_CODEC(Message) add_codec<Message>(codecs, #Message);
    INFERD_MESSAGES(INFERD_CODEC)
#undef INFERD_CODEC
    return codecs;
  }();
  return all;
}

const Codec* find(const std::string& name) {
  static const auto names = [] {
    std::unordered_map<std::string, const Codec*> out;
    for (const auto& [type, codec] : by_type()) out[codec.name] = &codec;
    return out;
  }();
  const auto it = names.find(name);
  return it == names.end() ? nullptr : it->second;
}

} // namespace

RecordedMessage to_tape(const caf::type_erased_tuple& content) {
  if (content.size() != 1) return {};
  const auto* type = content.type(0).second; // null for CAF's own
  if (!type) return {};
  const auto it = by_type().find(*type);
  if (it == by_type().end()) return {};
  return {it->second.name, it->second.encode(content)};
}

caf::message make_message(const std::string& type, const std::string& json) {
  const auto* codec = find(type);
  if (!codec) throw std::runtime_error("no message is called \"" + type + "\"");
  boost::json::error_code error;
  const auto v = boost::json::parse(json, error);
  if (error) throw std::runtime_error(type + ": not JSON: " + error.message());
  try {
    return codec->decode(v);
  } catch (const std::exception& e) {
    throw std::runtime_error(type + ": " + e.what());
  }
}

} // namespace inferd
