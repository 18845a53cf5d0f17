#include "runtime/sim/chain/emissions.hpp"

#include "runtime/sim/chain/bytes.hpp"

#include <algorithm>
#include <cassert>

namespace inferd::sim {

namespace {

// Gas used at each check's refusal, for a payload of 520 bytes; measured on the recorded chain.
constexpr std::uint64_t gas_unlisted = 13'559; // additional lookups for a worker that is not whitelisted globally
constexpr std::uint64_t gas_topic = 90'087, gas_nonce = 91'607, gas_registered = 92'343, gas_admission = 118'731;
constexpr std::uint64_t gas_accepted = 140'000, gas_label = 450, gas_forecast = 24'000; // plus 10 per byte

Outcome failed(Outcome outcome, std::size_t tx_size) {
  outcome.log = "failed to execute message; message index: 0: " + outcome.log;
  const auto moved = 10 * (static_cast<std::int64_t>(tx_size) - 520);
  const auto used = static_cast<std::int64_t>(outcome.gas_used) + moved;
  outcome.gas_used = static_cast<std::uint64_t>(std::max<std::int64_t>(used, 0));
  return outcome;
}

} // namespace

std::int64_t Topic::next_opening() const { return last_opened ? last_opened + settings.epoch_length : settings.first_nonce; }

const Window* Topic::window(std::int64_t nonce) const {
  const auto it = std::find_if(open.begin(), open.end(), [&](const Window& w) { return w.nonce == nonce; });
  return it == open.end() ? nullptr : &*it;
}

Emissions::Emissions(const ChainSettings& settings) : settings_(settings) {
  for (const auto& t : settings.topics) add(t);
}

void Emissions::add(const TopicSettings& topic) {
  assert(topic.epoch_length > 0 && topic.window_length > 0);
  auto& added = topics_[topic.id];
  added.settings = topic;
  // A chain that starts above 0, or a topic added later, opens at the next multiple.
  if (!added.settings.first_nonce) {
    const auto epochs = settings_.first_height / topic.epoch_length + 1;
    added.settings.first_nonce = epochs * topic.epoch_length;
  }
}

const Topic* Emissions::find(std::uint64_t id) const {
  const auto it = topics_.find(id);
  return it == topics_.end() ? nullptr : &it->second;
}

Topic* Emissions::find(std::uint64_t id) {
  const auto it = topics_.find(id);
  return it == topics_.end() ? nullptr : &it->second;
}

bool Emissions::may_submit(const Topic& topic, const std::string& address) const {
  return !topic.settings.whitelist_enabled || topic.whitelist.contains(address) || globally_whitelisted_.contains(address);
}

Outcome Emissions::check(const wire::InsertWorkerPayloadRequest& request, std::size_t tx_size) const {
  const auto& data = request.worker_data_bundle();
  const auto refuse = [&](std::uint32_t code, const char* space, const std::string& log, std::uint64_t gas) {
    return failed(refused(code, space, log, gas), tx_size);
  };
  const auto lookups = globally_whitelisted_.contains(data.worker()) ? 0 : gas_unlisted;
  const auto* topic = find(data.topic_id());
  if (topic && !may_submit(*topic, data.worker()))
    return refuse(83, "emissions", "Worker is not permitted to submit payload: not permitted to submit worker payload",
                  80'000 + lookups);
  if (auto bundle = check_bundle(data); !bundle.ok()) return failed(bundle, tx_size);
  if (!topic) return refuse(6, "emissions", "invalid topic ID", gas_topic + lookups);
  const auto* window = topic->window(data.nonce().block_height());
  if (!window) return refuse(75, "emissions", "unfulfilled nonce not found", gas_nonce + lookups);
  if (!topic->registered.contains(data.worker()))
    return refuse(13, "emissions", "worker is not registered in this topic: address not registered", gas_registered + lookups);

  auto gas = gas_accepted + 10 * tx_size + (data.inference_forecasts_bundle().has_forecast() ? gas_forecast : 0);
  if (!data.inference_forecasts_bundle().has_inference()) return {0, {}, {}, gas};
  const auto& inference = data.inference_forecasts_bundle().inference();
  if (auto labels = check_labels(topic->settings, inference); !labels.ok()) return failed(labels, tx_size);
  const auto mine = [&](const Submitted& s) { return s.worker == data.worker(); };
  if (std::any_of(window->answers.begin(), window->answers.end(), mine))
    return refuse(1, "undefined", "Error planning inference admission: inference already submitted", gas_admission);
  const auto normal = normalize(topic->settings, inference);
  if (const auto* refusal = std::get_if<Outcome>(&normal)) return failed(*refusal, tx_size);

  gas += gas_label * static_cast<std::uint64_t>(inference.values_size());
  return {0, {}, {}, gas};
}

Outcome Emissions::check(const wire::RegisterRequest& request, std::size_t tx_size) const {
  const auto refuse = [&](std::uint32_t code, const std::string& log, std::uint64_t gas) {
    return failed(refused(code, "emissions", log, gas), tx_size + 215); // a registration is shorter
  };
  const auto* topic = find(request.topic_id());
  if (!topic) return refuse(23, "topic does not exist", 80'000);
  if (!request.is_reputer() && topic->registered.contains(request.sender()))
    return refuse(8, "worker is already registered in this topic: address already registered in a topic", 85'819);
  return {0, {}, {}, 119'071 + 10 * tx_size};
}

std::vector<Event> Emissions::apply(const wire::InsertWorkerPayloadRequest& request, std::int64_t height) {
  const auto& data = request.worker_data_bundle();
  auto* topic = find(data.topic_id());
  assert(topic);
  const auto window = std::find_if(topic->open.begin(), topic->open.end(),
                                   [&](const Window& w) { return w.nonce == data.nonce().block_height(); });
  assert(window != topic->open.end());
  std::vector<Event> events;
  add_payment(events, request.sender(), ecosystem_account, data_fee, true);
  if (!data.inference_forecasts_bundle().has_inference()) return events; // forecasts are accepted but not stored
  const auto& inference = data.inference_forecasts_bundle().inference();
  auto values = std::get<std::vector<NormalValue>>(normalize(topic->settings, inference));
  std::string labelled = "[";
  if (inference.values_size() > 0)
    for (const auto& v : values)
      labelled += (labelled.size() > 1 ? "," : "") + ("{\"label\":" + quoted(v.label)) + ",\"value\":" + quoted(v.value) + '}';
  const auto& extra_data = inference.extra_data();
  const auto extra = extra_data.empty() ? std::string("null") : quoted(to_base64(extra_data));
  events.push_back({named("EventInsertInfererPayload"),
                    {{"extra_data", extra},
                     {"inferer", quoted(data.worker())},
                     {"nonce", quoted(window->nonce)},
                     {"topic_id", quoted(static_cast<std::int64_t>(data.topic_id()))},
                     {"value", quoted(inference.values_size() > 0 ? "0" : values.front().value)},
                     {"values", labelled + ']'},
                     {"msg_index", "0"}}});
  window->answers.push_back({data.worker(), inference, std::move(values), height});
  return events;
}

std::vector<Event> Emissions::apply(const wire::RegisterRequest& request, std::int64_t) {
  auto* topic = find(request.topic_id());
  assert(topic);
  if (!request.is_reputer()) topic->registered.insert(request.sender());
  std::vector<Event> events;
  add_payment(events, request.sender(), ecosystem_account, registration_fee, true);
  events.push_back({named(request.is_reputer() ? "EventReputerRegistered" : "EventWorkerRegistered"),
                    {{"address", quoted(request.sender())},
                     {"owner", quoted(request.owner())},
                     {"topic_id", quoted(static_cast<std::int64_t>(request.topic_id()))},
                     {"msg_index", "0"}}});
  return events;
}

} // namespace inferd::sim
