#pragma once
// The identity of the chain that the books are of, in a file beside them: LEDGER.chain.

#include "runtime/chain/comet/node_judgement.hpp"

#include <string>

namespace inferd {

struct ChainRecord {
  chain::KnownChain known;
  std::string began_anew; ///< the first block of the chain's new life, for which the books were not set aside yet; empty: none
};

/// Empty when there is no file, when it is damaged, or when it is of another chain id. Throws nothing.
ChainRecord read_chain_record(const std::string& ledger_path, const std::string& chain_id);
/// Throws std::runtime_error.
void write_chain_record(const std::string& ledger_path, const std::string& chain_id, const ChainRecord&);

/// The chain began anew: renames the books, which are of its earlier life, and records the new one. Returns the new name of the
/// books; empty: there were none. Throws std::runtime_error or StoreFailure. Repeatable after a crash in the middle.
std::string set_books_aside(const std::string& ledger_path, const std::string& chain_id, const ChainRecord&, Instant now);

} // namespace inferd
