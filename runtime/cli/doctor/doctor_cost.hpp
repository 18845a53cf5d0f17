#pragma once
// The doctor's check of running costs: what the answers of a day cost at present, and how many days the balance lasts.

#include "runtime/cli/doctor/doctor_chain.hpp"
#include "runtime/ports/http_port.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferd::cli {

/// Of a topic without confirmed payloads in the books: accepted ones of one value used 145,000 to 147,300.
inline constexpr Gas usual_payload_gas{147'000};

/// One topic's windows and the gas of one payload.
struct TopicCost {
  std::int64_t epoch_length{}; ///< blocks from one opening to the next
  Gas gas_used;
};

/// Fees of 24 hours, each window answered once, at this price with the configured tier. nullopt: the price is above the cap of
/// one transaction. `interval_s`: as `schedule.interval_s`.
std::optional<Uallo> day_cost(const std::vector<TopicCost>&, double block_ms, GasPrice, const ChainSettings&,
                              std::int64_t interval_s);

Finding judge_day(const std::vector<TopicCost>&, double block_ms, GasPrice, Uallo balance, const ChainSettings&,
                  std::int64_t interval_s);

/// Gas of the last confirmed payload of each topic in the books; topics without one are left out, as are unreadable books.
std::map<TopicId, Gas> gas_in_books(const std::string& path, const Wallet&, const std::vector<TopicId>&);

/// Milliseconds from block to block, over up to a thousand blocks, by the first endpoint that says so. `headers`: of the
/// endpoints, in their order; may be shorter.
std::optional<double> block_time(HttpPort&, const std::vector<std::string>& rpc, std::int64_t deadline_ms,
                                 const std::vector<HttpHeaders>& headers = {});

/// Asks for what judge_day needs; `chain` is connected. A finding in any case.
Finding check_day(const Config&, const Wallet&, const std::vector<TopicId>&, ChainPort& chain, HttpPort&,
                  const std::vector<HttpHeaders>& headers, std::int64_t deadline_ms = 10'000);

} // namespace inferd::cli
