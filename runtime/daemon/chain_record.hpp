#pragma once
// The identity of the chain that the books are of, in a file beside them: LEDGER.chain.

#include "runtime/chain/comet/node_assessment.hpp"

#include <string>

namespace inferd {

struct ChainRecord {
  chain::KnownChain known;
  std::string reset_to; ///< hash of the first block of a reset chain, while the books are not archived yet; empty: none
};

/// Empty when there is no file, when it is damaged, or when it is of another chain id. Throws nothing.
ChainRecord read_chain_record(const std::string& ledger_path, const std::string& chain_id);
/// Throws std::runtime_error.
void write_chain_record(const std::string& ledger_path, const std::string& chain_id, const ChainRecord&);

/// After a reset of the chain: renames the books, which are of the chain before, and records the new one. Returns the books'
/// new path; empty: there were none. Throws std::runtime_error or StoreFailure. Repeatable after a crash in the middle.
std::string archive_books(const std::string& ledger_path, const std::string& chain_id, const ChainRecord&, Instant now);

} // namespace inferd
