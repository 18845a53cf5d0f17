#pragma once

#include "runtime/chain/encoding/result.hpp"
#include "runtime/chain/signing/transaction.hpp"

#include <boost/json/value.hpp>
#include <string>

namespace inferd::cli {

/// What `inferd tx encode` is asked to build: one object with
///   mnemonic                                   text; may be left out when the command line names a file
///   chain_id, account_number, sequence, gas    required
///   fee                                        number or digits, required
///   topic_id, nonce                            required
///   value                                      decimal text, or null beside values
///   values, forecast                           null or [[label or address, decimal text], …]
///   denom ("uallo"), memo (""), timeout_height (0), extra_data (hex, ""), proof (""), emissions ("v10" or "v9")
struct TxSpec {
  std::string mnemonic; ///< the caller wipes it
  chain::Envelope envelope;
  chain::Payload payload; ///< numbers as given, not canonical
};

/// Or what is wrong: the field's name and what it must be. A field of another name is a mistake too.
chain::Result<TxSpec> read_tx_spec(const boost::json::value& spec);

} // namespace inferd::cli
