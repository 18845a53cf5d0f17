#pragma once
// What an entry of a tape is about, whatever its type: found by the names of the message's members, so it works for tapes of
// older versions too.

#include "runtime/tape/tape.hpp"

#include <optional>
#include <set>
#include <string>
#include <utility>

namespace inferd {

struct EntryKeys {
  std::set<std::pair<TopicId, Height>> windows; ///< every "topic" with a "nonce" or "next_nonce" beside it
  std::set<TopicId> topics;                     ///< every "topic"
  std::set<std::string> hashes;                 ///< every "hash" of a transaction
};

EntryKeys keys_of(const TapeEntry&);

/// Which entries to look at; what is not given does not restrict.
struct EntryFilter {
  std::optional<std::uint64_t> from, to; ///< seq
  std::string place;                     ///< sender or receiver: "timer/67", or a kind: "timer"
  std::string type;
  std::optional<TopicId> topic; ///< its own actors, and messages about it
  std::optional<Height> nonce;

  bool matches(const TapeEntry&) const;
};

} // namespace inferd
