#include "runtime/cli/doctor/doctor_cost.hpp"

#include "base/allo.hpp"
#include "base/future_of.hpp"
#include "messages/bounded_json.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/cli/doctor/doctor_network.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/daemon/plan/fee_settings.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

namespace inferd::cli {
namespace {

using Kind = Finding::Kind;

constexpr double day_ms = 86'400'000;
constexpr std::int64_t measured_blocks = 1'000;
constexpr long double few_days = 3; ///< warn if the balance lasts shorter
constexpr const char* what = "cost of a day";

/// Payloads a day of one topic.
double payloads(const TopicCost& topic, double block_ms, std::int64_t interval_s) {
  const auto epoch_ms = static_cast<double>(topic.epoch_length) * block_ms;
  const auto windows =
    std::max(1.0, std::ceil(static_cast<double>(interval_s) * 1'000 / epoch_ms)); // one of so many is answered
  return day_ms / (epoch_ms * windows);
}

/// result.*.member of a JSON-RPC answer, found below `path`; empty: it is not there.
std::string member(const boost::json::value& answer, std::initializer_list<const char*> path) {
  const auto* at = &answer;
  for (const auto* key : path) at = at && at->is_object() ? at->get_object().if_contains(key) : nullptr;
  return at && at->is_string() ? std::string(at->get_string()) : std::string();
}

/// JSON-RPC over POST; null: no answer.
boost::json::value call(HttpPort& http, const std::string& url, HttpHeaders headers, const char* method,
                        boost::json::object params, std::int64_t deadline_ms) {
  headers.emplace_back("Content-Type", "application/json");
  HttpRequest request{.url = url,
                      .method = "POST",
                      .headers = std::move(headers),
                      .body = boost::json::serialize(
                        boost::json::object{{"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}}),
                      .deadline_ms = deadline_ms};
  const auto outcome =
    future_of<std::variant<HttpAnswer, HttpFailed>>([&](auto then) { http.ask(std::move(request), std::move(then)); }).get();
  const auto* answer = std::get_if<HttpAnswer>(&outcome);
  if (!answer || answer->status != 200) return {};
  boost::json::error_code error;
  auto parsed = parse_bounded_json(answer->body, error);
  return error ? boost::json::value() : parsed;
}

struct Stamp {
  std::int64_t height{};
  Instant time;
};

std::optional<Stamp> stamp(const std::string& height, const std::string& time) {
  Stamp s;
  const auto [end, error] = std::from_chars(height.data(), height.data() + height.size(), s.height);
  const auto at = parse_instant(time.substr(0, 19)); // whole seconds
  if (error != std::errc{} || s.height <= 0 || !at) return std::nullopt;
  s.time = *at;
  std::int64_t nanos = 0;
  for (std::size_t i = 20, scale = 100'000'000; i < time.size() && scale > 0 && time[i] >= '0' && time[i] <= '9';
       ++i, scale /= 10)
    nanos += (time[i] - '0') * static_cast<std::int64_t>(scale);
  s.time.value += nanos / 1'000'000;
  return s;
}

template <class Answer, class Question> Reply<Answer> ask(ChainPort& chain, const Question& question) {
  return future_of<Reply<Answer>>([&](auto then) { chain.ask(question, std::move(then)); }).get();
}

Finding unknown(const std::string& why) {
  return {Kind::doubtful, what, "not known: " + why, "ask again, or name another endpoint in chain.rpc"};
}

} // namespace

std::optional<Uallo> day_cost(const std::vector<TopicCost>& topics, double block_ms, GasPrice price,
                              const ChainSettings& settings, std::int64_t interval_s) {
  const auto policy = fee_policy(settings);
  long double sum = 0;
  for (const auto& topic : topics) {
    const auto fee = offer(policy, gas_limit(policy, topic.gas_used), price);
    if (!fee) return std::nullopt;
    sum += static_cast<long double>(fee->value) * payloads(topic, block_ms, interval_s);
  }
  return Uallo{sum >= static_cast<long double>(uint128_max) ? uint128_max : static_cast<Uint128>(sum)};
}

Finding judge_day(const std::vector<TopicCost>& topics, double block_ms, GasPrice price, Uallo balance,
                  const ChainSettings& settings, std::int64_t interval_s) {
  const auto cost = day_cost(topics, block_ms, price, settings, interval_s);
  if (!cost)
    return {Kind::doubtful, what, "the fee market asks more than one transaction may cost, " + money_text(settings.fee_cap),
            "wait until it asks less, or raise chain.fee_cap_allo"};
  double count = 0;
  for (const auto& topic : topics) count += payloads(topic, block_ms, interval_s);
  const auto days = cost->value == 0 ? 0 : static_cast<long double>(balance.value) / static_cast<long double>(cost->value);
  auto seen = fmt::format("{} at present, for {:.1f} payloads; the balance of {} lasts {:.1f} days", about_text(*cost), count,
                          about_text(balance), static_cast<double>(days));
  if (*cost > settings.day_cap)
    return {Kind::doubtful, what,
            seen + fmt::format("; the cap of a day is {}, windows beyond it are refused", money_text(settings.day_cap)),
            "raise chain.day_cap_allo, answer fewer topics, or set schedule.interval_s"};
  if (days < few_days) return {Kind::doubtful, what, std::move(seen), "send ALLO to the wallet"};
  return {Kind::fine, what, std::move(seen), {}};
}

std::map<TopicId, Gas> gas_in_books(const std::string& path, const Wallet& wallet, const std::vector<TopicId>& topics) {
  std::map<TopicId, Gas> gas;
  try {
    BooksReader books(path);
    for (const auto id : topics)
      books.each({.topic = id, .status = Status::confirmed, .newest = 1}, [&](const WindowRow& row) {
        if (row.wallet == wallet && row.gas_used.value > 0) gas[id] = row.gas_used;
      });
  } catch (const StoreFailure&) { // check_books reports it; none yet is usual
  }
  return gas;
}

std::optional<double> block_time(HttpPort& http, const std::vector<std::string>& rpc, std::int64_t deadline_ms,
                                 const std::vector<HttpHeaders>& headers) {
  for (std::size_t i = 0; i < rpc.size(); ++i) {
    auto url = status_url(rpc[i]);
    url.erase(url.rfind("/status"), std::string_view("/status").size());
    const auto& own = i < headers.size() ? headers[i] : HttpHeaders{};
    const auto status = call(http, url, own, "status", {}, deadline_ms);
    const auto of = [&](const char* name) { return member(status, {"result", "sync_info", name}); };
    const auto newest = stamp(of("latest_block_height"), of("latest_block_time"));
    const auto oldest = stamp(of("earliest_block_height"), of("latest_block_time"));
    if (!newest || !oldest || newest->height - oldest->height < 2) continue;
    const auto height =
      std::to_string(std::max(oldest->height + 1, newest->height - measured_blocks)); // the first may be pruned
    const auto block = call(http, url, own, "block", {{"height", height}}, deadline_ms);
    const auto earlier =
      stamp(member(block, {"result", "block", "header", "height"}), member(block, {"result", "block", "header", "time"}));
    if (!earlier || earlier->height >= newest->height || earlier->time >= newest->time) continue;
    return static_cast<double>(newest->time.value - earlier->time.value) /
           static_cast<double>(newest->height - earlier->height);
  }
  return std::nullopt;
}

Finding check_day(const Config& config, const Wallet& wallet, const std::vector<TopicId>& topics, ChainPort& chain,
                  HttpPort& http, const std::vector<HttpHeaders>& headers, std::int64_t deadline_ms) {
  const auto account = ask<AccountArrived>(chain, AskAccount{wallet});
  const auto price = ask<GasPriceArrived>(chain, AskGasPrice{"uallo"});
  if (const auto* failed = std::get_if<AskFailed>(&account)) return unknown(failed->reason);
  if (const auto* failed = std::get_if<AskFailed>(&price)) return unknown(failed->reason);
  const auto block_ms = block_time(http, config.chain.rpc, deadline_ms, headers);
  if (!block_ms) return unknown("no endpoint says how long a block takes");
  const auto gas = gas_in_books(config.ledger_path, wallet, topics);
  std::vector<TopicCost> costs;
  for (const auto id : topics) {
    const auto topic = ask<TopicArrived>(chain, AskTopic{id});
    if (const auto* rules = std::get_if<TopicArrived>(&topic)) {
      const auto known = gas.find(id);
      costs.push_back({rules->epoch_length, known != gas.end() ? known->second
                                            : gas.empty()      ? usual_payload_gas
                                                               : gas.begin()->second});
    }
  }
  if (costs.empty()) return unknown("the chain does not say how often the topics open");
  return judge_day(costs, *block_ms, std::get<GasPriceArrived>(price).price, std::get<AccountArrived>(account).balance,
                   config.chain, config.schedule.interval_s);
}

} // namespace inferd::cli
