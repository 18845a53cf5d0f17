#include "runtime/cli/chain/tx_spec.hpp"

#include "runtime/chain/encoding/codec.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cstdint>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>
#include <string_view>

namespace inferd::cli {

namespace {

namespace json = boost::json;

struct Mistake : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Typed access to fields; throws Mistake with the name.
class Fields {
public:
  explicit Fields(const json::object& object) : object_(object) {}

  std::string text(std::string_view name, const char* otherwise = nullptr) const {
    const auto* value = object_.if_contains(name);
    if (!value && otherwise) return otherwise;
    if (!value) throw Mistake(fmt::format("{}: missing", name));
    if (!value->is_string()) throw Mistake(fmt::format("{}: must be text", name));
    return std::string(value->get_string());
  }

  std::uint64_t number(std::string_view name, bool optional = false) const {
    const auto* value = object_.if_contains(name);
    if (!value && optional) return 0;
    if (!value) throw Mistake(fmt::format("{}: missing", name));
    json::error_code error;
    const auto number = value->is_double() ? 0 : value->to_number<std::uint64_t>(error);
    if (error || value->is_double()) throw Mistake(fmt::format("{}: must be a whole number from 0 to 2^64-1", name));
    return number;
  }

  std::int64_t height(std::string_view name, bool optional = false) const {
    const auto number = this->number(name, optional);
    if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
      throw Mistake(fmt::format("{}: is beyond any height", name));
    return static_cast<std::int64_t>(number);
  }

  /// A number, or digits in text: fees may exceed 2^53.
  Uallo amount(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    if (!value || !value->is_string()) return {number(name)};
    const auto amount = parse_digits({value->get_string().data(), value->get_string().size()});
    if (!amount) throw Mistake(fmt::format("{}: must be a whole number from 0 to 2^128-1", name));
    return {*amount};
  }

  bool is_null(std::string_view name) const {
    const auto* value = object_.if_contains(name);
    return !value || value->is_null();
  }

  bool has(std::string_view name) const { return object_.contains(name); }

  std::vector<LabelledValue> pairs(std::string_view name) const {
    std::vector<LabelledValue> out;
    if (is_null(name)) return out;
    const auto shape = [&] { return Mistake(fmt::format("{}: must be null or a list of [text, decimal text]", name)); };
    const auto* list = object_.at(name).if_array();
    if (!list) throw shape();
    for (const auto& element : *list) {
      const auto* pair = element.if_array();
      if (!pair || pair->size() != 2 || !pair->at(0).is_string() || !pair->at(1).is_string()) throw shape();
      out.push_back({std::string(pair->at(0).get_string()), std::string(pair->at(1).get_string())});
    }
    return out;
  }

private:
  const json::object& object_;
};

constexpr std::string_view known[] = {"mnemonic", "chain_id", "account_number", "sequence", "gas",      "fee",
                                      "denom",    "memo",     "timeout_height", "topic_id", "nonce",    "value",
                                      "values",   "forecast", "extra_data",     "proof",    "emissions"};

chain::Envelope envelope_in(const Fields& fields) {
  chain::Envelope envelope;
  envelope.chain_id = fields.text("chain_id");
  if (envelope.chain_id.empty()) throw Mistake("chain_id: must not be empty");
  envelope.emissions = fields.text("emissions", "v10");
  if (envelope.emissions != "v10" && envelope.emissions != "v9") throw Mistake("emissions: must be v10 or v9");
  envelope.account_number = fields.number("account_number");
  envelope.sequence = {fields.number("sequence")};
  envelope.gas = {fields.number("gas")};
  envelope.fee = fields.amount("fee");
  envelope.denom = fields.text("denom", "uallo");
  envelope.memo = fields.text("memo", "");
  envelope.timeout = {fields.height("timeout_height", true)};
  return envelope;
}

chain::Payload payload_in(const Fields& fields) {
  chain::Payload payload;
  payload.topic = {fields.number("topic_id")};
  payload.nonce = {fields.height("nonce")};
  if (!fields.has("value") && !fields.has("values") && !fields.has("forecast"))
    throw Mistake("value: missing (or give values or a forecast)");
  if (!fields.is_null("value")) payload.value = fields.text("value");
  payload.values = fields.pairs("values");
  if (payload.value && !payload.values.empty()) throw Mistake("value: must be null beside values");
  payload.forecast = fields.pairs("forecast");
  auto extra = chain::from_hex(fields.text("extra_data", ""));
  if (!extra) throw Mistake("extra_data: must be hex");
  payload.extra_data = std::move(*extra);
  payload.proof = fields.text("proof", "");
  return payload;
}

} // namespace

chain::Result<TxSpec> read_tx_spec(const json::value& spec) {
  const auto* object = spec.if_object();
  if (!object) return "must be one JSON object";
  for (const auto& field : *object)
    if (std::find(std::begin(known), std::end(known), std::string_view(field.key())) == std::end(known))
      return fmt::format("{}: unknown field", std::string_view(field.key()).substr(0, 60));
  try {
    const Fields fields(*object);
    TxSpec out;
    out.mnemonic = fields.text("mnemonic", "");
    out.envelope = envelope_in(fields);
    out.payload = payload_in(fields);
    if (out.envelope.emissions == "v9" && !out.payload.values.empty())
      return "values: emissions v9 knows no labels; topics there take one value";
    return out;
  } catch (const Mistake& mistake) {
    return mistake.what();
  }
}

} // namespace inferd::cli
