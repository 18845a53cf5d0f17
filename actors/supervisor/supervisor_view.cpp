#include "actors/supervisor/supervisor_view.hpp"

namespace inferd {

std::string books_text(const BooksSummary& b) {
  const auto n = [](std::uint64_t count, const char* what) { return std::to_string(count) + " " + what; };
  return n(b.windows, "windows, ") + n(b.confirmed, "confirmed, ") + n(b.refused, "refused, ") + n(b.missed, "missed, ") +
         n(b.skipped, "skipped, ") + n(b.unfinished, "unfinished; fees ") + to_digits(b.fees.value) + " uallo, earned " +
         (b.rewards.text.empty() ? "0" : b.rewards.text) + " uallo; last nonce " + std::to_string(b.last_nonce.value);
}

} // namespace inferd
