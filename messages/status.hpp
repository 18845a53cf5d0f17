#pragma once
// What became of a window. The first five are on the way; the last five are final: one row of the books each.

#include <boost/describe/enum.hpp>

namespace inferd {

enum class Status {
  open,      ///< the chain opened it, nobody has claimed it yet
  claimed,   ///< the submitter may answer it; nothing is signed
  stored,    ///< signed bytes are in the books; after a crash they count as sent
  sent,      ///< in a mempool
  uncertain, ///< sent, no answer: the hash is being asked for
  confirmed, ///< in a block, accepted
  refused,   ///< the chain or our own caps said no
  missed,    ///< the window closed first
  skipped,   ///< not answered on purpose: no fresh data, not due, implausible
  dry_run    ///< everything but the broadcast
};
BOOST_DESCRIBE_ENUM(Status, open, claimed, stored, sent, uncertain, confirmed, refused, missed, skipped, dry_run)

constexpr bool is_final(Status s) { return s >= Status::confirmed; }

} // namespace inferd
