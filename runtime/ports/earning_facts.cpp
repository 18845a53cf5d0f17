#include "runtime/ports/earning_facts.hpp"

#include "base/allo.hpp"
#include "base/utc.hpp"
#include "runtime/ports/earning.hpp"

#include <algorithm>

namespace inferd {
namespace {

void add(EarningFacts& f, const WatcherView& v) {
  if (v.head.value > 0) f.head = v.head;
  f.head_age_ms = v.head_age_ms;
  f.went_back_from = v.went_back_from;
  f.node_lacks = v.warning.value_or("");
}

void add(EarningFacts& f, const SubmitterView& v) {
  f.clash = v.clash.value_or("");
  f.balance = v.balance;
  f.missing = v.missing;
}

void add(EarningFacts& f, const FetcherView& v) {
  std::optional<Instant> newest;
  for (const auto& [name, source] : v.sources) newest = std::max(newest, source.newest_opens);
  if (newest && (!f.newest_candle || *newest < *f.newest_candle)) f.newest_candle = newest;
}

void add(EarningFacts& f, const PredictorView& v) {
  const auto& to = v.trained_to;
  if (!to.empty() && (f.model_trained_to.empty() || to < f.model_trained_to)) f.model_trained_to = to;
}

template <class View> void add(EarningFacts&, const View&) {}

void add_books_sentences(std::vector<std::string>& out, const BooksSummary& b, const EarningFacts& f) {
  out.push_back("last 24 h: " + std::to_string(f.answered_24h) + " of " + std::to_string(f.ended_24h) +
                " windows answered, fees " + to_digits(b.fees_24h.value) + " uallo");
  if (auto why = not_earning(b); !why.empty()) {
    out.push_back(std::move(why));
  } else {
    auto text = "windows since the last answered one: " + std::to_string(f.since_answered);
    for (const auto& t : b.topics)
      if (t.since_answered > 0) text += "; topic " + std::to_string(t.topic.value) + ": " + t.last_end;
    out.push_back(std::move(text));
  }
  for (const auto& topic : b.topics)
    if (topic.equal_values >= equal_values_reported)
      out.push_back("topic " + std::to_string(topic.topic.value) + ": the last " + std::to_string(topic.equal_values) +
                    " answers have the same value");
}

} // namespace

EarningFacts earning_facts(const std::vector<const Inspection*>& actors, const std::optional<BooksSummary>& books) {
  EarningFacts f;
  for (const auto* actor : actors)
    if (actor) std::visit([&](const auto& view) { add(f, view); }, actor->state);
  f.books = books;
  if (!books) return f;
  for (const auto& topic : books->topics) {
    f.ended_24h += topic.ended_24h;
    f.answered_24h += topic.answered_24h;
    f.since_answered = std::max(f.since_answered, topic.since_answered);
    f.equal_values = std::max(f.equal_values, topic.equal_values);
  }
  if (f.balance) f.balance_days = days_left(*f.balance, books->fees_24h);
  return f;
}

std::vector<std::string> to_sentences(const EarningFacts& f) {
  std::vector<std::string> out;
  if (f.books) add_books_sentences(out, *f.books, f);
  if (f.went_back_from) {
    out.push_back(went_back(f.head.value_or(Height{}), *f.went_back_from));
  } else if (f.head) {
    const bool stands = f.head_age_ms.value_or(0) > standing_head_ms;
    out.push_back("the head is " + std::to_string(f.head->value) +
                  (stands ? ", and no new block came for " + std::to_string(*f.head_age_ms / 1'000) + " s" : ""));
  }
  if (!f.node_lacks.empty()) out.push_back("the node in use is incomplete: " + f.node_lacks);
  if (!f.clash.empty()) out.push_back(f.clash);
  if (f.missing && f.balance)
    out.push_back("the balance of " + money_text(*f.balance) + " is below a fee: " + money_text(*f.missing) + " are missing");
  else if (f.balance && f.balance_days)
    out.push_back("the balance of " + money_text(*f.balance) + " lasts " + std::to_string(*f.balance_days) + " days");
  else if (f.balance) out.push_back("the balance is " + money_text(*f.balance));
  if (f.newest_candle) out.push_back("the newest candle is of " + utc_text(*f.newest_candle));
  if (!f.model_trained_to.empty()) out.push_back("the model was trained up to " + f.model_trained_to);
  return out;
}

std::string to_sentence(const EarningFacts& f) {
  std::string out;
  for (const auto& part : to_sentences(f)) out += (out.empty() ? "" : "; ") + part;
  return out;
}

} // namespace inferd
