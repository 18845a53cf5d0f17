#pragma once
// A window's row as text, CSV and JSON.

#include "runtime/books/rows.hpp"

#include <boost/json/object.hpp>
#include <string>

namespace inferd {

/// RFC 3339: 2026-12-31T18:00:00.250Z; empty for 0.
std::string time_text(Instant);

/// The number alone; for labels a JSON object label → number; empty before a prediction.
std::string value_text(const std::vector<LabelledValue>&);

/// Columns of `ledger export --csv`, those of the original guide. block_height is the nonce, as in the payload; proof is always
/// empty.
inline constexpr const char* csv_header =
  "timestamp,topic_id,prediction,worker,block_height,proof,signature,status,tx_hash,rpc_endpoint";
std::string csv_line(const WindowRow&); ///< RFC 4180 quoting, without the end of line

/// Columns of submission_log.csv: the same and the reason, which is "success" for a confirmed window, as the guide counts them.
inline const std::string view_header = std::string(csv_header) + ",reason";
std::string view_line(const WindowRow&);

/// One line of `ledger list --json`. Numbers that a double cannot hold exactly (value, score, reward, a fee above 2^53) are
/// strings, times are RFC 3339, unknown members are null.
boost::json::object list_json(const WindowRow&);

/// latest_submission.json: the columns of the CSV and more.
boost::json::object latest_json(const WindowRow&);

} // namespace inferd
