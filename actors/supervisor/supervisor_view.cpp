#include "actors/supervisor/supervisor_view.hpp"

#include "base/allo.hpp"
#include "runtime/ports/earning.hpp"

namespace inferd {

namespace {

std::string results_text(const BooksSummary& b) {
  std::uint64_t ended = 0, answered = 0;
  for (const auto& topic : b.topics) ended += topic.ended_24h, answered += topic.answered_24h;
  auto text = "; last 24 h: " + std::to_string(answered) + " of " + std::to_string(ended) + " windows answered, fees " +
              to_digits(b.fees_24h.value) + " uallo";
  if (const auto why = not_earning(b); !why.empty()) text += "; " + why;
  for (const auto& topic : b.topics)
    if (topic.equal_values >= equal_values_told)
      text += "; topic " + std::to_string(topic.topic.value) + ": the last " + std::to_string(topic.equal_values) +
              " answers have the same value";
  return text;
}

std::string balance_text(const BooksSummary& b, std::optional<Uallo> balance) {
  if (!balance) return {};
  const auto days = days_left(*balance, b.fees_24h);
  return "; balance " + money_text(*balance) +
         (days ? ", which lasts " + std::to_string(*days) + " days at the fees of the last 24 h" : "");
}

} // namespace

std::string books_text(const BooksSummary& b, std::optional<Uallo> balance) {
  const auto n = [](std::uint64_t count, const char* what) { return std::to_string(count) + " " + what; };
  return n(b.windows, "windows, ") + n(b.confirmed, "confirmed, ") + n(b.refused, "refused, ") + n(b.missed, "missed, ") +
         n(b.skipped, "skipped, ") + n(b.unfinished, "unfinished; fees ") + to_digits(b.fees.value) + " uallo, earned " +
         (b.rewards.text.empty() ? "0" : b.rewards.text) + " uallo; last nonce " + std::to_string(b.last_nonce.value) +
         results_text(b) + balance_text(b, balance);
}

} // namespace inferd
