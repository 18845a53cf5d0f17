#pragma once

#include "runtime/chain/encoding/result.hpp"
#include "runtime/chain/signing/transaction.hpp"

#include <boost/json/value.hpp>
#include <string>

namespace inferd::cli {

/// Input of `inferd tx encode`: one object with
///   mnemonic                                   text; optional when the command line names a file
///   chain_id, account_number, sequence, gas    required
///   fee                                        number or digits, required
///   topic_id, nonce                            required
///   value                                      decimal text, or null when values is given
///   values, forecast                           null or [[label or address, decimal text], …]
///   denom ("uallo"), memo (""), timeout_height (0), extra_data (hex, ""), proof (""), emissions ("v10" or "v9")
struct TxSpec {
  std::string mnemonic; ///< to be zeroed by the caller
  chain::Envelope envelope;
  chain::Payload payload; ///< decimals as given, not canonical
};

/// The spec, or an error: the field's name and what it must be. Unknown fields are errors.
chain::Result<TxSpec> read_tx_spec(const boost::json::value& spec);

} // namespace inferd::cli
