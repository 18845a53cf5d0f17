#pragma once
// A long range of candles for a file, paged from one source after the other. Blocking; for `inferd candles fetch`.

#include "runtime/market/validate.hpp"
#include "runtime/market/vendors/vendor_api.hpp"
#include "runtime/ports/clock_port.hpp"
#include "runtime/ports/http_port.hpp"

#include <functional>
#include <string>
#include <vector>

namespace inferd::market {

struct HistorySource {
  const VendorApi* vendor{};
  Endpoint endpoint;
};

struct History {
  std::vector<Candle> candles;    ///< oldest first, closed, within the range; missing ones are not filled
  std::vector<std::string> notes; ///< what a source could not give, or validation corrected; one sentence each
};

/// What fetch_history needs of its surroundings.
struct HistoryPorts {
  HttpPort& http;
  ClockPort& clock;
  std::function<void(std::int64_t ms)> pause;                                                        ///< waits
  std::function<void(const std::string& source, std::int64_t candles, std::int64_t total)> progress; ///< after each page
};

/// The first source's candles of the range, and from each further one what is still missing. A page is tried `tries` times;
/// where a source asks for a pause, up to a minute, it gets it.
History fetch_history(const HistoryPorts&, const std::vector<HistorySource>&, const CandleRange&, const Bounds&, int tries = 4);

} // namespace inferd::market
