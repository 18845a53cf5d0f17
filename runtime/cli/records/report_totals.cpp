#include "runtime/cli/records/report_totals.hpp"

#include "base/allo.hpp"
#include "base/utc.hpp"
#include "runtime/books/decimal_sum.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <numeric>

namespace inferd::cli {
namespace {

namespace json = boost::json;

void slower(std::optional<WorstLatency>& worst, Instant from, Instant until, Height nonce) {
  if (from.value == 0 || until.value == 0) return;
  const auto ms = std::max<std::int64_t>(0, until.value - from.value); // sent ahead of the event: no wait
  if (!worst || ms > worst->ms) worst = WorstLatency{ms, nonce};
}

void add_to(ReportTotals& t, const WindowRow& row) {
  if (!is_final(row.status)) ++t.under_way;
  else if (row.status == Status::skipped && row.reason.starts_with("not due")) ++t.not_due;
  else ++t.windows[row.status];
  t.fees += row.fee;
  if (!row.reward.text.empty()) t.rewards.push_back(row.reward);
  if (!row.score.text.empty()) t.scores.push_back(std::strtod(row.score.text.c_str(), nullptr));
  if (row.status == Status::confirmed || row.status == Status::refused) slower(t.sent, row.opened_at, row.sent_at, row.nonce);
  if (row.status == Status::confirmed) slower(t.confirmed, row.opened_at, row.done_at, row.nonce);
}

std::optional<double> share(const ReportTotals& t) {
  if (t.ended() == 0) return {};
  return static_cast<double>(t.count(Status::confirmed)) / static_cast<double>(t.ended());
}

std::optional<double> mean_score(const ReportTotals& t) {
  if (t.scores.empty()) return {};
  return std::accumulate(t.scores.begin(), t.scores.end(), 0.0) / static_cast<double>(t.scores.size());
}

/// Whole uallo of a sum of decimals, for a person.
std::string earned_text(const std::vector<Decimal>& rewards) {
  const auto text = sum(rewards).text;
  const auto whole = parse_digits(text.substr(0, text.find('.')));
  return whole ? money_text(Uallo{*whole}) : text + " uallo";
}

std::string seconds(const std::optional<WorstLatency>& worst) {
  return worst ? fmt::format("{:.3f} s (window {})", static_cast<double>(worst->ms) / 1'000, worst->nonce.value) : "-";
}

std::string line(const std::string& name, const ReportTotals& t) {
  const auto confirmed = share(t);
  const auto score = mean_score(t);
  return fmt::format("{:<8} {:>7} {:>9} {:>7} {:>7} {:>7} {:>8}  {:>8}\n", name, t.ended(), t.count(Status::confirmed),
                     t.count(Status::refused), t.count(Status::missed), t.count(Status::skipped),
                     confirmed ? fmt::format("{:.1f} %", 100 * *confirmed) : "-", score ? fmt::format("{:.4g}", *score) : "-");
}

json::value or_null(const std::optional<double>& x) { return x ? json::value(*x) : json::value(nullptr); }

json::value worst_json(const std::optional<WorstLatency>& worst) {
  if (!worst) return nullptr;
  return json::object{{"ms", worst->ms}, {"nonce", worst->nonce.value}};
}

json::object totals_json(const ReportTotals& t) {
  json::object windows;
  for (const auto status : {Status::confirmed, Status::refused, Status::missed, Status::skipped, Status::dry_run})
    windows[boost::describe::enum_to_string(status, "?")] = t.count(status);
  return {{"windows", t.ended()},
          {"by_status", std::move(windows)},
          {"not_due", t.not_due},
          {"under_way", t.under_way},
          {"share_confirmed", or_null(share(t))},
          {"fees_uallo", to_digits(t.fees.value)},
          {"rewards_uallo", sum(t.rewards).text},
          {"rewarded", t.rewards.size()},
          {"scored", t.scores.size()},
          {"mean_score", or_null(mean_score(t))},
          {"worst_to_mempool", worst_json(t.sent)},
          {"worst_to_confirmed", worst_json(t.confirmed)}};
}

} // namespace

std::uint64_t ReportTotals::ended() const {
  std::uint64_t n = 0;
  for (const auto& [status, count] : windows) n += count;
  return n;
}

std::uint64_t ReportTotals::count(Status status) const {
  const auto it = windows.find(status);
  return it == windows.end() ? 0 : it->second;
}

void Report::add(const WindowRow& row) {
  const auto at = is_final(row.status) ? row.done_at : row.opened_at.value ? row.opened_at : row.claimed_at;
  if (at < from || at >= until) return;
  add_to(topics[row.topic], row);
  add_to(all, row);
}

void Report::add_registration(const TransactionRow& tx) {
  if (tx.done_at < from || tx.done_at >= until) return;
  topics[tx.topic].fees += tx.paid;
  all.fees += tx.paid;
}

std::string report_text(const Report& r) {
  auto out = fmt::format("{} from {} to {}\n\n{:<8} {:>7} {:>9} {:>7} {:>7} {:>7} {:>8}  {:>8}\n", r.name, utc_text(r.from),
                         utc_text(r.until), "topic", "windows", "confirmed", "refused", "missed", "skipped", "share", "score");
  for (const auto& [id, totals] : r.topics) out += line(std::to_string(id.value), totals);
  if (r.topics.size() != 1) out += line("all", r.all);
  out += fmt::format("\nearned  {} for {} of these windows so far\nfees    {}\n", earned_text(r.all.rewards),
                     r.all.rewards.size(), money_text(r.all.fees));
  out += fmt::format("slowest to the mempool {}, to a block {}\n", seconds(r.all.sent), seconds(r.all.confirmed));
  if (r.all.not_due || r.all.under_way)
    out += fmt::format("also    {} not due, {} under way\n", r.all.not_due, r.all.under_way);
  return out;
}

json::object report_json(const Report& r) {
  json::array topics;
  for (const auto& [id, totals] : r.topics) {
    auto row = totals_json(totals);
    json::object topic{{"topic_id", id.value}};
    for (auto& member : row) topic.emplace(member.key(), std::move(member.value()));
    topics.push_back(std::move(topic));
  }
  return {{"source", "inferd"},         {"report", r.name},          {"from", utc_text(r.from)},
          {"until", utc_text(r.until)}, {"all", totals_json(r.all)}, {"topics", std::move(topics)},
          {"text", report_text(r)}};
}

} // namespace inferd::cli
