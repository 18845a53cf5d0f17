#pragma once
// A window's row as people and scripts read it.

#include "runtime/books/rows.hpp"

#include <boost/json/object.hpp>
#include <string>

namespace inferd {

/// 2026-12-31T18:00:00.250Z; empty for 0.
std::string time_text(Instant);

/// The number alone; a JSON object of label → number where there are labels; empty before a prediction.
std::string value_text(const std::vector<LabelledValue>&);

/// The columns of the original guide: submission_log.csv and `ledger export --csv`. block_height is the nonce, which is what the
/// payload says; proof is always empty.
inline constexpr const char* csv_header =
  "timestamp,topic_id,prediction,worker,block_height,proof,signature,status,tx_hash,rpc_endpoint";
std::string csv_line(const WindowRow&); ///< without the end of line; quoted as RFC 4180 says

/// One line of `ledger list --json`. Numbers that a double cannot hold exactly (value, score, reward) are texts, times are
/// RFC 3339; what is not known is null.
boost::json::object list_json(const WindowRow&);

/// latest_submission.json: the columns of the CSV, and what else is known.
boost::json::object latest_json(const WindowRow&);

} // namespace inferd
