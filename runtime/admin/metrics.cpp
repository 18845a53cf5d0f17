#include "runtime/admin/metrics.hpp"

#include "base/utc.hpp"
#include "runtime/ports/earning.hpp"

#include <string>
#include <utility>

namespace inferd {
namespace {

class Text {
public:
  void family(const std::string& name, const std::string& type, const std::string& help) {
    out += "# HELP " + name + ' ' + help + "\n# TYPE " + name + ' ' + type + '\n';
    name_ = name;
  }
  void sample(const std::string& labels, const std::string& value) {
    out += name_ + (labels.empty() ? "" : '{' + labels + '}') + ' ' + value + '\n';
  }
  void sample(const std::string& labels, std::uint64_t value) { sample(labels, std::to_string(value)); }
  std::string out;

private:
  std::string name_;
};

std::string label(const std::string& name, const std::string& value) {
  std::string escaped;
  for (const char c : value) {
    if (c == '\\' || c == '"') escaped += '\\';
    if (c == '\n') escaped += "\\n";
    else escaped += c;
  }
  return name + "=\"" + escaped + '"';
}

void books(Text& t, const BooksSummary& b) {
  t.family("inferd_windows", "gauge", "Rows of the books, by status.");
  const std::pair<const char*, std::uint64_t> rows[] = {{"confirmed", b.confirmed},
                                                        {"refused", b.refused},
                                                        {"missed", b.missed},
                                                        {"skipped", b.skipped},
                                                        {"unfinished", b.unfinished}};
  for (const auto& [status, count] : rows) t.sample(label("status", status), count);
  t.family("inferd_fees_uallo", "gauge", "Fees paid, as booked.");
  t.sample("", to_digits(b.fees.value));
  t.family("inferd_rewards_uallo", "gauge", "Rewards settled, as booked.");
  t.sample("", b.rewards.text.empty() ? "0" : b.rewards.text);
  t.family("inferd_last_nonce", "gauge", "Newest nonce with a row in the books.");
  t.sample("", std::to_string(b.last_nonce.value));
  const auto topics = [&](const char* name, const char* help, std::uint64_t TopicResults::*member) {
    t.family(name, "gauge", help);
    for (const auto& topic : b.topics) t.sample(label("topic", std::to_string(topic.topic.value)), topic.*member);
  };
  topics("inferd_windows_since_answered", "Windows that ended after the last answered one.", &TopicResults::since_answered);
  topics("inferd_windows_ended_24h", "Windows that ended in the last 24 hours.", &TopicResults::ended_24h);
  topics("inferd_windows_answered_24h", "Of these, confirmed ones.", &TopicResults::answered_24h);
  topics("inferd_equal_answers", "Newest answers in a row with the same value.", &TopicResults::equal_values);
  t.family("inferd_earning", "gauge", "0 when a topic's last two windows were not answered.");
  t.sample("", not_earning(b).empty() ? 1 : 0);
  t.family("inferd_fees_24h_uallo", "gauge", "Fees paid in the last 24 hours, as booked.");
  t.sample("", to_digits(b.fees_24h.value));
}

void chain(Text& t, const SubmitterView& v) {
  if (v.balance) {
    t.family("inferd_balance_uallo", "gauge", "The wallet's balance, as the chain last reported it.");
    t.sample("", to_digits(v.balance->value));
  }
  if (v.fee) {
    t.family("inferd_fee_uallo", "gauge", "Fee of a payload at the present gas price.");
    t.sample("", to_digits(v.fee->value));
  }
}

void ages(Text& t, const std::vector<TreePort::Answer>& everyone) {
  const auto seconds = [](Instant at) { return std::to_string(at.value / 1'000); };
  t.family("inferd_newest_candle_timestamp_seconds", "gauge", "Opening of a source's newest candle, in seconds since 1970.");
  for (const auto& [place, inspection] : everyone)
    if (const auto* feed = inspection ? std::get_if<FetcherView>(&inspection->state) : nullptr)
      for (const auto& [source, view] : feed->sources)
        if (view.newest_opens)
          t.sample(label("actor", to_string(place)) + ',' + label("source", source), seconds(*view.newest_opens));
  t.family("inferd_model_trained_to_timestamp_seconds", "gauge",
           "Opening of the last candle that the model was trained on, in seconds since 1970.");
  for (const auto& [place, inspection] : everyone)
    if (const auto* predictor = inspection ? std::get_if<PredictorView>(&inspection->state) : nullptr)
      if (const auto at = parse_utc(predictor->trained_to)) t.sample(label("actor", to_string(place)), seconds(*at));
}

void chain(Text& t, const WatcherView& v) {
  t.family("inferd_connected", "gauge", "1 while a node is connected and not contradicted.");
  t.sample("", v.connected ? 1 : 0);
  t.family("inferd_height", "gauge", "The chain's newest known block.");
  t.sample("", std::to_string(v.head.value));
}

} // namespace

std::string metrics_text(TreePort& tree) {
  Text t;
  const auto branches = tree.branches();
  t.family("inferd_healthy", "gauge", "1 while every actor that should run does, and answers.");
  t.sample("", !branches.empty() && branches.front().state && branches.front().state->vitals.healthy ? 1 : 0);
  t.family("inferd_restarts_total", "counter", "Restarts of an actor by its supervisor.");
  for (const auto& branch : branches)
    if (branch.state)
      for (const auto& child : branch.state->children) t.sample(label("actor", to_string(child.name)), child.restarts);
  t.family("inferd_messages_total", "counter", "Messages handled by an actor since its start.");
  const auto everyone = tree.everyone();
  for (const auto& [place, inspection] : everyone)
    if (inspection) t.sample(label("actor", to_string(place)), inspection->handled);
  for (const auto& [place, inspection] : everyone) {
    if (!inspection) continue;
    if (const auto* view = std::get_if<SubmitterView>(&inspection->state)) chain(t, *view);
    if (const auto* view = std::get_if<WatcherView>(&inspection->state)) chain(t, *view);
  }
  ages(t, everyone);
  if (const auto summary = tree.books()) books(t, *summary);
  return t.out;
}

} // namespace inferd
