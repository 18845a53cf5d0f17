// A market's reply (FUZZ_SOURCE names the vendor) up to the fetcher: parsed, validated, gaps filled. Input: a line with the
// status and a Retry-After header, then the body.

#include "runtime/market/vendors/vendor_api.hpp"
#include "runtime/market/validate.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <charconv>

namespace {

bool one_line(const std::string& text) { return text.find_first_of("\r\n\t\x1b") == text.npos; }

} // namespace

void inferd::fuzz::one(std::string_view input) {
  using namespace inferd::market;
  constexpr Instant now{1'735'862'400'000}; // 2025-01-03
  HttpAnswer answer;
  const auto head = take_line(input);
  const auto [end, error] = std::from_chars(head.data(), head.data() + head.size(), answer.status);
  if (end != head.data() + head.size()) answer.headers = {{"retry-after", std::string(end + 1, head.data() + head.size())}};
  answer.body = input;

  const auto parsed = FUZZ_SOURCE.parse(answer, now);
  if (const auto* refusal = std::get_if<Refusal>(&parsed)) {
    FUZZ_CHECK(!refusal->reason.empty() && refusal->reason.size() < 1'000 && one_line(refusal->reason));
    FUZZ_CHECK(refusal->pause_ms >= 0 && refusal->pause_ms <= longest_pause);
    return;
  }
  const auto& rows = std::get<Rows>(parsed);
  FUZZ_CHECK(one_line(rows.warnings) && rows.warnings.size() < 1'000);
  const auto checked = check(rows.candles, now);
  if (const auto* why = std::get_if<std::string>(&checked)) return FUZZ_CHECK(!why->empty() && one_line(*why));
  const auto& candles = std::get<Checked>(checked).candles;
  for (std::size_t i = 0; i < candles.size(); ++i) {
    const auto& c = candles[i];
    FUZZ_CHECK(c.low > 0 && c.low <= c.open && c.open <= c.high && c.low <= c.close && c.close <= c.high && c.volume >= 0);
    FUZZ_CHECK(after(c.opens, 1) <= now && is_opening(c.opens) && (i == 0 || candles[i - 1].opens < c.opens));
  }
  const CandleRange wanted{after(now, -48), now};
  const auto filled = fill_gaps(candles, wanted);
  if (const auto* fit = std::get_if<Checked>(&filled))
    for (std::size_t i = 1; i < fit->candles.size(); ++i)
      FUZZ_CHECK(fit->candles[i].opens == after(fit->candles[i - 1].opens, 1));
}
