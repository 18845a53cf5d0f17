#include "runtime/metrics/metrics.hpp"

#include "base/utc.hpp"
#include "runtime/metrics/families.hpp"
#include "runtime/metrics/open_metrics.hpp"
#include "runtime/ports/earning.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <charconv>
#include <map>
#include <mutex>
#include <optional>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <type_traits>
#include <utility>

namespace inferd {
namespace {

using prometheus::MetricFamily;

const prometheus::Histogram::BucketBoundaries fast{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                   0.25,   0.5,   1,      2.5,   5,    10,    30,   60};
const prometheus::Histogram::BucketBoundaries slow{0.5, 1, 2.5, 5, 7.5, 10, 15, 20, 30, 45, 60, 120, 300, 600, 1800};
constexpr std::size_t most_windows = 512; ///< whose times are remembered
constexpr std::size_t most_codes = 32;    ///< of refusals, as labels

double number_of(const std::string& decimal) {
  double x = 0;
  std::from_chars(decimal.data(), decimal.data() + decimal.size(), x);
  return x;
}

double unix_seconds(Instant t) { return static_cast<double>(t.value) / 1e3; }

double uallo(Uallo amount) { return static_cast<double>(amount.value); }

bool has(const std::string& text, std::initializer_list<const char*> parts) {
  return std::any_of(parts.begin(), parts.end(), [&](const char* part) { return text.find(part) != text.npos; });
}

template <class View> const View* view_of(const TreePort::Answer& answer) {
  return answer.inspection ? std::get_if<View>(&answer.inspection->state) : nullptr;
}

/// The samples of a family under the Go node's name.
void add_alias(Families& out, const std::vector<MetricFamily>& families, const char* name, const char* of,
               const std::map<std::string, std::string>& labels, double less = 0) {
  for (const auto& family : families) {
    if (family.name != of) continue;
    for (const auto& metric : family.metric) {
      MetricLabels renamed;
      for (const auto& label : metric.label)
        if (const auto it = labels.find(label.name); it != labels.end()) renamed.emplace_back(it->second, label.value);
      out.add(name, renamed, std::max(0.0, metric.counter.value - less));
    }
  }
}

} // namespace

std::string reason_class(const BookOutcome& o) {
  const auto& why = o.reason;
  if (o.status == Status::confirmed || o.status == Status::dry_run) return "answered";
  if (has(why, {"paused by the operator"})) return "paused";
  if (why.starts_with("not due")) return "not_due";
  if (has(why, {"_cap"})) return "cap";
  if (has(why, {"balance of", "lack of funds"})) return "funds";
  if (has(why, {"whitelist", "not registered", "not active"})) return "not_admitted";
  if (has(why, {"connect", "events were not received", "had its opening"})) return "chain";
  if (has(why, {"feature", "model", "plausib", "label", "predicts", "wants"})) return "model";
  if (has(why, {"candle", "HTTP", "source"})) return "market";
  if (has(why, {"window closed", "not in a block"})) return "late";
  return "other";
}

struct Metrics::Impl {
  explicit Impl(Facts f) : facts(std::move(f)) {}

  template <class T> prometheus::Family<T>& family(const char* name) {
    if constexpr (std::is_same_v<T, prometheus::Counter>)
      return prometheus::BuildCounter().Name(name).Help(metric_help(name)).Register(registry);
    else if constexpr (std::is_same_v<T, prometheus::Gauge>)
      return prometheus::BuildGauge().Name(name).Help(metric_help(name)).Register(registry);
    else return prometheus::BuildHistogram().Name(name).Help(metric_help(name)).Register(registry);
  }
  std::string topic_label(TopicId id) { // under the mutex
    if (topics.contains(id)) return std::to_string(id.value);
    if (topics.size() >= most_topics) return "other";
    topics.insert(id);
    return std::to_string(id.value);
  }
  prometheus::Labels of(TopicId id) { return {{"topic", topic_label(id)}, {"wallet", facts.wallet}}; }
  prometheus::Labels of_wallet() const { return {{"wallet", facts.wallet}}; }

  using Window = std::pair<TopicId, Height>;
  struct Times {
    Instant wanted{}, opened{};
    bool in_mempool = false;
  };
  Times& times(TopicId topic, Height nonce) {
    auto& t = windows[{topic, nonce}];
    if (windows.size() > most_windows)
      windows.erase(std::min_element(windows.begin(), windows.end(),
                                     [](const auto& a, const auto& b) { return a.first.second < b.first.second; }));
    return t;
  }
  void mempool(TopicId topic, Height nonce, Instant at) {
    const auto it = windows.find({topic, nonce});
    if (it == windows.end() || it->second.opened.value == 0 || std::exchange(it->second.in_mempool, true)) return;
    to_mempool.Add(of(topic), fast)
      .Observe(static_cast<double>(std::max<std::int64_t>(0, at.value - it->second.opened.value)) / 1e3);
  }
  void error(const std::string& codespace, std::uint32_t code) {
    auto name = codespace + '/' + std::to_string(code);
    if (codes.size() >= most_codes && !codes.contains(name)) name = "other";
    codes.insert(name);
    errors.Add({{"code", name}, {"wallet", facts.wallet}}).Increment();
  }

  const Facts facts;
  mutable std::mutex mutex;
  std::set<TopicId> topics;
  std::set<std::string> codes;
  std::map<Window, Times> windows;

  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& ended = family<prometheus::Counter>("inferd_windows_total");
  prometheus::Family<prometheus::Counter>& predictions = family<prometheus::Counter>("inferd_predictions_total");
  prometheus::Family<prometheus::Counter>& labelled = family<prometheus::Counter>("inferd_labelled_predictions_total");
  prometheus::Family<prometheus::Counter>& submissions = family<prometheus::Counter>("inferd_submissions_total");
  prometheus::Family<prometheus::Counter>& answered = family<prometheus::Counter>("inferd_answered_total");
  prometheus::Family<prometheus::Counter>& errors = family<prometheus::Counter>("inferd_tx_errors_total");
  prometheus::Family<prometheus::Counter>& clashes = family<prometheus::Counter>("inferd_clashes_total");
  prometheus::Family<prometheus::Counter>& connections = family<prometheus::Counter>("inferd_connections_total");
  prometheus::Family<prometheus::Counter>& lost = family<prometheus::Counter>("inferd_connections_lost_total");
  prometheus::Family<prometheus::Counter>& market_failures = family<prometheus::Counter>("inferd_market_failures_total");
  prometheus::Family<prometheus::Counter>& endpoint_failures =
    family<prometheus::Counter>("inferd_endpoint_request_failures_total");
  prometheus::Family<prometheus::Gauge>& score = family<prometheus::Gauge>("inferd_score");
  prometheus::Family<prometheus::Gauge>& reward = family<prometheus::Gauge>("inferd_reward_uallo");
  prometheus::Family<prometheus::Histogram>& to_mempool = family<prometheus::Histogram>("inferd_opening_to_mempool_seconds");
  prometheus::Family<prometheus::Histogram>& to_confirmed =
    family<prometheus::Histogram>("inferd_opening_to_confirmed_seconds");
  prometheus::Family<prometheus::Histogram>& prediction = family<prometheus::Histogram>("inferd_prediction_seconds");
  prometheus::Family<prometheus::Histogram>& market = family<prometheus::Histogram>("inferd_market_request_seconds");
  prometheus::Family<prometheus::Histogram>& endpoint = family<prometheus::Histogram>("inferd_endpoint_request_seconds");
};

Metrics::Metrics(Facts facts) : impl_(std::make_unique<Impl>(std::move(facts))) {
  auto& d = *impl_; // counters that alerts look at exist from the beginning
  for (auto* family : {&d.clashes, &d.connections, &d.lost}) family->Add(d.of_wallet());
}
Metrics::~Metrics() = default;

void Metrics::on(const Place& to, const PrepareWindow& m, Instant now) {
  if (to.kind != PlaceKind::fetcher) return;
  const std::lock_guard lock(impl_->mutex);
  auto& t = impl_->times(m.topic, m.nonce);
  if (t.wanted.value == 0) t.wanted = now;
}

void Metrics::on(const Place& to, const Predicted& m, Instant now) {
  if (to.kind != PlaceKind::submitter) return;
  const std::lock_guard lock(impl_->mutex);
  const bool labelled = !m.values.empty() && !m.values.front().label.empty();
  (labelled ? impl_->labelled : impl_->predictions).Add(impl_->of(m.topic)).Increment();
  if (const auto it = impl_->windows.find({m.topic, m.nonce}); it != impl_->windows.end() && it->second.wanted.value > 0) {
    impl_->prediction.Add(impl_->of(m.topic), fast)
      .Observe(static_cast<double>(std::max<std::int64_t>(0, now.value - it->second.wanted.value)) / 1e3);
    it->second.wanted = {};
  }
}

void Metrics::on(const Place& to, const WindowOpened& m, Instant) {
  if (to.kind != PlaceKind::submitter) return;
  const std::lock_guard lock(impl_->mutex);
  auto& t = impl_->times(m.topic, m.nonce);
  if (t.opened.value == 0) t.opened = m.at;
}

void Metrics::on(const Place& to, const PreloadSent& m, Instant) {
  if (to.kind != PlaceKind::submitter) return;
  const std::lock_guard lock(impl_->mutex);
  auto& t = impl_->times(m.topic, m.nonce);
  if (t.opened.value == 0) t.opened = m.at; // the bytes are sent as the opening is read
}

void Metrics::on(const Place& to, const BroadcastAnswered& m, Instant) {
  if (to.kind != PlaceKind::submitter) return;
  const std::lock_guard lock(impl_->mutex);
  if (m.verdict != Verdict::Accepted && m.verdict != Verdict::AlreadyInMempool) return impl_->error(m.codespace, m.code);
  if (m.nonce.value == 0) return; // a registration
  impl_->submissions.Add(impl_->of(m.topic)).Increment();
  impl_->mempool(m.topic, m.nonce, m.at);
}

void Metrics::on(const Place& to, const TxIncluded& m, Instant) {
  if (to.kind != PlaceKind::submitter || m.verdict == Verdict::Accepted) return;
  const std::lock_guard lock(impl_->mutex);
  impl_->error(m.codespace, m.code);
}

void Metrics::on(const Place& to, const ConnectionUp&, Instant) {
  if (to.kind == PlaceKind::watcher) impl_->connections.Add(impl_->of_wallet()).Increment();
}

void Metrics::on(const Place& to, const ConnectionDown&, Instant) {
  if (to.kind == PlaceKind::watcher) impl_->lost.Add(impl_->of_wallet()).Increment();
}

void Metrics::on(const Place& to, const ClashNoticed&, Instant) {
  if (to.kind == PlaceKind::root) impl_->clashes.Add(impl_->of_wallet()).Increment();
}

void Metrics::on(const Place&, const BookScore& m, Instant) {
  const std::lock_guard lock(impl_->mutex);
  impl_->score.Add(impl_->of(m.event.topic)).Set(number_of(m.event.score.text));
}

void Metrics::on(const Place&, const BookReward& m, Instant) {
  const std::lock_guard lock(impl_->mutex);
  impl_->reward.Add(impl_->of(m.event.topic)).Set(number_of(m.event.reward.text));
}

void Metrics::ended(const BookOutcome& o) {
  if (o.nonce.value == 0) return; // a registration
  const std::lock_guard lock(impl_->mutex);
  auto labels = impl_->of(o.topic);
  if (o.status == Status::confirmed) impl_->answered.Add(labels).Increment();
  const auto it = impl_->windows.find({o.topic, o.nonce});
  if (o.status == Status::confirmed && it != impl_->windows.end() && it->second.opened.value > 0)
    impl_->to_confirmed.Add(labels, slow)
      .Observe(static_cast<double>(std::max<std::int64_t>(0, o.at.value - it->second.opened.value)) / 1e3);
  if (it != impl_->windows.end()) impl_->windows.erase(it);
  labels["status"] = boost::describe::enum_to_string(o.status, "?");
  labels["reason"] = reason_class(o);
  impl_->ended.Add(labels).Increment();
}

void Metrics::market_answered(const std::string& feed, const std::string& source, bool usable, double seconds) {
  const prometheus::Labels labels{{"feed", feed}, {"source", source}};
  auto& failures = impl_->market_failures.Add(labels);
  if (usable) impl_->market.Add(labels, fast).Observe(seconds);
  else failures.Increment();
}

void Metrics::endpoint_answered(const std::string& endpoint, bool answered, double seconds) {
  const prometheus::Labels labels{{"endpoint", endpoint}};
  auto& failures = impl_->endpoint_failures.Add(labels);
  if (answered) impl_->endpoint.Add(labels, fast).Observe(seconds);
  else failures.Increment();
}

namespace {

void add_tree(Families& out, const Metrics::Scrape& s) {
  const auto& branches = s.state.branches;
  const bool healthy = !branches.empty() && branches.front().state && branches.front().state->vitals.healthy;
  out.add("inferd_healthy", {}, healthy ? 1 : 0);
  for (const auto& branch : branches)
    if (branch.state)
      for (const auto& child : branch.state->children)
        out.add("inferd_restarts_total", {{"actor", to_string(child.name)}}, child.restarts);
  struct Kind {
    std::vector<std::uint64_t> counts;
    double seconds = 0;
  };
  std::map<PlaceKind, Kind> kinds;
  for (const auto& load : s.loads) {
    const MetricLabels labels{{"actor", to_string(load.place)}};
    out.add("inferd_messages_total", labels, static_cast<double>(load.handled));
    out.add("inferd_busy_seconds_total", labels, static_cast<double>(load.busy_us) / 1e6);
    out.add("inferd_mailbox_messages", labels, static_cast<double>(load.waiting));
    auto& kind = kinds[load.place.kind];
    kind.counts.resize(std::max(kind.counts.size(), load.took.size()));
    for (std::size_t i = 0; i < load.took.size(); ++i) kind.counts[i] += load.took[i];
    kind.seconds += static_cast<double>(load.busy_us) / 1e6;
  }
  for (const auto& [kind, k] : kinds)
    if (!k.counts.empty())
      out.add_histogram("inferd_handler_seconds", {{"kind", boost::describe::enum_to_string(kind, "?")}},
                        {TreePort::took_bounds.begin(), TreePort::took_bounds.end()}, k.counts, k.seconds);
}

void add_actors(Families& out, const std::string& wallet, const Metrics::Scrape& s) {
  const MetricLabels own{{"wallet", wallet}};
  for (const auto& answer : s.state.everyone) {
    const auto actor = to_string(answer.place);
    if (const auto* v = view_of<WatcherView>(answer)) {
      out.add("inferd_connected", own, v->connected ? 1 : 0);
      out.add("inferd_height", own, static_cast<double>(v->head.value));
      for (const auto& e : v->endpoints) {
        const MetricLabels labels{{"endpoint", e.endpoint}};
        out.add("inferd_endpoint_up", labels, e.use == EndpointUse::in_use || e.use == EndpointUse::ready ? 1 : 0);
        out.add("inferd_endpoint_height", labels, static_cast<double>(e.height));
        out.add("inferd_endpoint_behind_blocks", labels, static_cast<double>(e.behind));
        out.add("inferd_endpoint_latency_seconds", labels, static_cast<double>(e.latency_ms) / 1e3);
        out.add("inferd_endpoint_failures", labels, static_cast<double>(e.failures));
        out.add("allora_grpc_connection_permanent_failure", labels, 0);
      }
    }
    if (const auto* v = view_of<SubmitterView>(answer); v && v->fee) out.add("inferd_fee_uallo", own, uallo(*v->fee));
    if (const auto* v = view_of<FetcherView>(answer))
      for (const auto& [source, view] : v->sources) {
        const MetricLabels labels{{"actor", actor}, {"source", source}};
        out.add("inferd_source_failures", labels, view.failures);
        if (view.newest_opens) out.add("inferd_newest_candle_timestamp_seconds", labels, unix_seconds(*view.newest_opens));
      }
    if (const auto* v = view_of<PredictorView>(answer)) {
      out.add("inferd_paused", {{"topic", std::to_string(answer.place.topic.value)}, {"wallet", wallet}},
              s.paused.contains(answer.place.topic) ? 1 : 0);
      if (const auto at = parse_utc(v->trained_to))
        out.add("inferd_model_trained_to_timestamp_seconds", {{"actor", actor}}, unix_seconds(*at));
    }
  }
}

void add_facts(Families& out, const std::string& wallet, const EarningFacts& f) {
  const MetricLabels own{{"wallet", wallet}};
  if (f.head) {
    out.add("inferd_head_went_back", own, f.went_back_from ? 1 : 0);
    out.add("inferd_node_incomplete", own, f.node_lacks.empty() ? 0 : 1);
  }
  if (f.head_age_ms) out.add("inferd_head_age_seconds", own, static_cast<double>(*f.head_age_ms) / 1e3);
  if (f.balance) {
    out.add("inferd_balance_uallo", own, uallo(*f.balance));
    out.add("inferd_missing_uallo", own, uallo(f.missing.value_or(Uallo{})));
    out.add("inferd_clash", own, f.clash.empty() ? 0 : 1);
  }
  if (f.balance_days) out.add("inferd_balance_days", own, static_cast<double>(*f.balance_days));
}

void add_books(Families& out, const std::string& wallet, const BooksSummary& b) {
  const MetricLabels own{{"wallet", wallet}};
  const std::pair<const char*, std::uint64_t> rows[] = {{"confirmed", b.confirmed},
                                                        {"refused", b.refused},
                                                        {"missed", b.missed},
                                                        {"skipped", b.skipped},
                                                        {"unfinished", b.unfinished}};
  for (const auto& [status, count] : rows)
    out.add("inferd_windows", {{"status", status}, {"wallet", wallet}}, static_cast<double>(count));
  out.add("inferd_fees_uallo", own, uallo(b.fees));
  out.add("inferd_rewards_uallo", own, number_of(b.rewards.text));
  out.add("inferd_last_nonce", own, static_cast<double>(b.last_nonce.value));
  out.add("inferd_earning", own, not_earning(b).empty() ? 1 : 0);
  out.add("inferd_fees_24h_uallo", own, uallo(b.fees_24h));
  for (const auto& t : b.topics) {
    const MetricLabels labels{{"topic", std::to_string(t.topic.value)}, {"wallet", wallet}};
    out.add("inferd_windows_since_answered", labels, static_cast<double>(t.since_answered));
    out.add("inferd_windows_ended_24h", labels, static_cast<double>(t.ended_24h));
    out.add("inferd_windows_answered_24h", labels, static_cast<double>(t.answered_24h));
    out.add("inferd_equal_answers", labels, static_cast<double>(t.equal_values));
  }
}

} // namespace

std::string Metrics::text(const Scrape& s, bool open_metrics) const {
  const auto& facts = impl_->facts;
  const auto counted = impl_->registry.Collect();
  Families out;
  add_tree(out, s);
  add_actors(out, facts.wallet, s);
  add_facts(out, facts.wallet, facts_of(s.state));
  if (s.state.books) add_books(out, facts.wallet, *s.state.books);
  out.add("inferd_build_info", {{"chain", facts.chain}, {"version", facts.version}}, 1);
  add_process(out);
  const std::map<std::string, std::string> by_topic{{"wallet", "address"}, {"topic", "topic"}};
  add_alias(out, counted, "allora_worker_inference_request_count", "inferd_predictions_total", by_topic);
  add_alias(out, counted, "allora_worker_labeled_inference_request_count", "inferd_labelled_predictions_total", by_topic);
  add_alias(out, counted, "allora_worker_chain_submission_count", "inferd_submissions_total", by_topic);
  add_alias(out, counted, "allora_worker_process_finished_count", "inferd_answered_total", by_topic);
  add_alias(out, counted, "allora_actor_tx_error_count", "inferd_tx_errors_total",
            {{"wallet", "address"}, {"code", "error_code"}});
  add_alias(out, counted, "allora_grpc_connection_lost_count", "inferd_connections_lost_total", {});
  add_alias(out, counted, "allora_grpc_reconnection_count", "inferd_connections_total", {}, 1);
  out.add("allora_application_started_count", {}, 1);
  out.add("allora_application_finished_count", {}, 0);
  auto families = out.take();
  for (const auto& family : counted)
    if (!family.metric.empty()) families.push_back(family);
  return open_metrics ? open_metrics_text(families) : prometheus::TextSerializer().Serialize(families);
}

} // namespace inferd
