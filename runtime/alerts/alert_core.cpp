#include "runtime/alerts/alert_core.hpp"

#include "base/allo.hpp"
#include "base/duration.hpp"
#include "runtime/ports/earning.hpp"
#include "runtime/ports/earning_facts.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace inferd::alerts {
namespace {

constexpr std::int64_t minute = 60'000, hour = 60 * minute, day = 24 * hour;
constexpr std::int64_t stale_model = 90 * day, storm_period = 15 * minute;
constexpr std::uint64_t storm = 5, low_balance_days = 3;
constexpr std::size_t most_samples = 4'096; // of an hour, a second apart

std::string age(Instant now, Instant then) {
  const auto ms = std::max<std::int64_t>(1'000, (now.value - then.value) / 1'000 * 1'000);
  return ms >= 2 * day ? fmt::format("{} days", ms / day) : fmt::format("{} hours", ms / hour);
}

std::string plural(std::uint64_t n, const char* what) { return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s"); }

} // namespace

const std::vector<Rule>& rules() {
  using N = AlertName;
  using S = Severity;
  static const std::vector<Rule> all{
    {N::InferdNotHealthy, S::critical, 2 * minute}, {N::InferdNotEarning, S::critical, minute},
    {N::InferdWindowLost, S::warning, 0},           {N::InferdBalanceLow, S::critical, 10 * minute},
    {N::InferdNoEndpoint, S::critical, 2 * minute}, {N::InferdStaleData, S::critical, 5 * minute},
    {N::InferdRestartStorm, S::critical, 0},        {N::InferdModelStale, S::warning, hour},
    {N::InferdSameAnswer, S::info, 10 * minute},    {N::InferdClash, S::critical, 0},
  };
  return all;
}

AlertCore::Conditions AlertCore::conditions(const Facts& f, Instant now) {
  Conditions out;
  const auto add = [&](AlertName name, std::string subject, std::string summary) {
    const auto& names = policy_.names;
    if (names.empty() || std::find(names.begin(), names.end(), name) != names.end())
      out.emplace(Key{name, std::move(subject)}, std::move(summary));
  };
  Sample sample{.at = now, .restarts = f.restarts, .clashes = f.clashes};
  if (f.books) sample.missed = f.books->missed, sample.refused = f.books->refused, sample.books = true;
  while (!samples_.empty() &&
         (samples_.front().at.value < now.value - hour || samples_.size() >= most_samples || samples_.front().at > now))
    samples_.pop_front();
  samples_.push_back(sample);
  const auto first_books = std::find_if(samples_.begin(), samples_.end(), [](const Sample& s) { return s.books; });
  const auto since_storm =
    std::find_if(samples_.begin(), samples_.end(), [&](const Sample& s) { return s.at.value >= now.value - storm_period; });

  if (!f.healthy) add(AlertName::InferdNotHealthy, "", "an actor of inferd does not run or does not answer");
  if (f.connected == false) add(AlertName::InferdNoEndpoint, "", "no node is in use, or the one in use is contradicted");
  if (!f.went_back.empty()) add(AlertName::InferdNotEarning, "", f.went_back);
  if (f.restarts > since_storm->restarts + storm)
    add(AlertName::InferdRestartStorm, "", plural(f.restarts - since_storm->restarts, "restart") + " of actors in 15 minutes");
  if (f.clashes > since_storm->clashes) add(AlertName::InferdClash, "", "another process uses this wallet's key");
  if (f.books) {
    for (const auto& topic : f.books->topics) {
      const auto subject = "topic " + std::to_string(topic.topic.value);
      BooksSummary only;
      only.topics = {topic};
      if (auto why = not_earning(only); !why.empty()) add(AlertName::InferdNotEarning, subject, std::move(why));
      if (topic.equal_values >= equal_values_reported)
        add(AlertName::InferdSameAnswer, subject,
            fmt::format("{}: the last {} answers have the same value", subject, topic.equal_values));
    }
    const auto lost = [&](const char* status, std::uint64_t Sample::*count) {
      if (const auto n = sample.*count - std::min(sample.*count, (*first_books).*count); n > 0)
        add(AlertName::InferdWindowLost, status, fmt::format("{} ended as {} in the last hour", plural(n, "window"), status));
    };
    lost("missed", &Sample::missed);
    lost("refused", &Sample::refused);
    const auto& fees = f.books->fees_24h;
    if (f.balance && fees.value > 0 && f.balance->value < saturating_multiply(fees.value, low_balance_days))
      add(AlertName::InferdBalanceLow, "",
          fmt::format("the balance of {} lasts for less than three days; fees of the last 24 hours: {}", money_text(*f.balance),
                      money_text(fees)));
  }
  for (const auto& [place, opens] : f.failing_feeds)
    add(AlertName::InferdStaleData, place,
        fmt::format("{}: no source has candles to predict from{}", place,
                    opens ? fmt::format("; the newest one opened {} ago", age(now, *opens)) : ""));
  for (const auto& [place, until] : f.trained_to)
    if (now.value - until.value > stale_model)
      add(AlertName::InferdModelStale, place, fmt::format("{}: the model has seen no candle for {}", place, age(now, until)));
  return out;
}

bool AlertCore::may_send(Instant now) {
  while (!sent_.empty() && (sent_.front().value <= now.value - hour || sent_.front() > now)) sent_.pop_front();
  return sent_.size() < policy_.per_hour;
}

std::vector<Notification> AlertCore::on(const Facts& facts, Instant now) {
  std::vector<Notification> due;
  const auto holding = conditions(facts, now);
  std::erase_if(last_notified_, [&](const auto& notified) { return now.value - notified.second.value >= policy_.repeat_ms; });
  const auto rule_of = [](AlertName name) {
    return *std::find_if(rules().begin(), rules().end(), [&](const Rule& r) { return r.name == name; });
  };
  for (auto it = states_.begin(); it != states_.end();) {
    auto& [key, state] = *it;
    if (holding.contains(key)) {
      ++it;
      continue;
    }
    state.firing = false;
    const bool notify = state.announced && policy_.resolved;
    if (notify && !may_send(now)) { // waits
      ++it;
      continue;
    }
    if (notify) {
      due.push_back({key.first, rule_of(key.first).severity, false, key.second, state.summary, state.since, now});
      sent_.push_back(now);
    }
    if (state.notified_at) last_notified_[key] = *state.notified_at;
    it = states_.erase(it);
  }
  std::vector<std::pair<Instant, Key>> to_notify; // when it was notified last
  for (const auto& [key, summary] : holding) {
    const auto rule = rule_of(key.first);
    auto [it, fresh] = states_.try_emplace(key);
    auto& state = it->second;
    if (fresh) {
      state.since = now;
      if (const auto notified = last_notified_.find(key); notified != last_notified_.end())
        state.notified_at = notified->second;
    }
    state.summary = summary;
    state.firing = now.value - state.since.value >= rule.for_ms;
    const bool notified =
      state.notified_at && now >= *state.notified_at && now.value - state.notified_at->value < policy_.repeat_ms;
    if (state.firing && !notified) to_notify.emplace_back(state.notified_at.value_or(Instant{}), key);
  }
  std::stable_sort(to_notify.begin(), to_notify.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; }); // new ones first
  for (const auto& [notified, key] : to_notify) {
    if (!may_send(now)) break;
    auto& state = states_[key];
    state.notified_at = now;
    state.announced = true;
    sent_.push_back(now);
    due.push_back({key.first, rule_of(key.first).severity, true, key.second, state.summary, state.since, now});
  }
  return due;
}

std::size_t AlertCore::firing() const {
  return static_cast<std::size_t>(std::count_if(states_.begin(), states_.end(), [](const auto& s) { return s.second.firing; }));
}

} // namespace inferd::alerts
