#include "runtime/books/row_text.hpp"

#include "base/utc.hpp"
#include "messages/json.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace inferd {
namespace {

namespace json = boost::json;

json::value known(const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(text); }
json::value known(Instant t) { return known(time_text(t)); }
json::value known(Height h) { return h.value == 0 ? json::value(nullptr) : json::value(h.value); }

json::value value_json(const std::vector<LabelledValue>& values) {
  if (values.empty()) return nullptr;
  if (values.size() == 1 && values.front().label.empty()) return json::value(values.front().value);
  json::object labels;
  for (const auto& v : values) labels[v.label] = v.value;
  return labels;
}

const char* name(Status s) { return boost::describe::enum_to_string(s, "?"); }

/// Quoted if necessary. Control characters become spaces, so that a record is one line.
std::string csv_field(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < ' ') c = ' ';
  if (text.find_first_of(",\"") == text.npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}

} // namespace

std::string time_text(Instant at) { return at.value == 0 ? "" : utc_text_ms(at); }

std::string value_text(const std::vector<LabelledValue>& values) {
  const auto v = value_json(values);
  return v.is_null() ? "" : v.is_string() ? std::string(v.get_string()) : json::serialize(v);
}

std::string csv_line(const WindowRow& row) {
  return fmt::format("{},{},{},{},{},,{},{},{},{}", time_text(row.done_at), row.topic.value, csv_field(value_text(row.values)),
                     csv_field(row.wallet.address), row.nonce.value, csv_field(row.signature), name(row.status),
                     csv_field(row.tx_hash.hex), csv_field(row.endpoint));
}

std::string view_line(const WindowRow& row) {
  const auto& note = row.reason;
  if (row.status != Status::confirmed) return csv_line(row) + ',' + csv_field(note);
  return csv_line(row) + ',' + csv_field(note.empty() ? "success" : "success: " + note);
}

json::object list_json(const WindowRow& row) {
  return {
    {"wallet", row.wallet.address},
    {"topic_id", row.topic.value},
    {"nonce", row.nonce.value},
    {"closes", known(row.closes)},
    {"value", value_json(row.values)},
    {"status", name(row.status)},
    {"reason", row.reason},
    {"tx_hash", known(row.tx_hash.hex)},
    {"height", known(row.height)},
    {"times",
     {{"opened_at", known(row.opened_at)},
      {"claimed_at", known(row.claimed_at)},
      {"stored_at", known(row.stored_at)},
      {"sent_at", known(row.sent_at)},
      {"done_at", known(row.done_at)},
      {"network_at", known(row.combined_at)}}},
    {"fee", to_json(row.fee)},
    {"gas_used", row.gas_used.value},
    {"score", known(row.score.text)},
    {"reward", known(row.reward.text)},
    {"network_value", known(row.combined.text)},
    {"network_holds", value_json(row.held)},
    {"source", known(row.source)},
    {"model", known(row.model)},
    {"endpoint", known(row.endpoint)},
  };
}

json::object latest_json(const WindowRow& row) {
  return {
    {"timestamp", time_text(row.done_at)},
    {"topic_id", row.topic.value},
    {"prediction", value_json(row.values)},
    {"worker", row.wallet.address},
    {"block_height", row.nonce.value},
    {"proof", ""},
    {"signature", row.signature},
    {"status", name(row.status)},
    {"reason", row.reason},
    {"tx_hash", row.tx_hash.hex},
    {"rpc_endpoint", row.endpoint},
    {"height", known(row.height)},
    {"fee", to_json(row.fee)},
  };
}

} // namespace inferd
