#pragma once
// The status of a window's row in the books. The first five are intermediate, the last five final.

#include <boost/describe/enum.hpp>

namespace inferd {

enum class Status {
  open,      ///< the chain opened it, it is not claimed yet
  claimed,   ///< the submitter may answer it; nothing is signed
  stored,    ///< signed bytes are in the books; after a crash they count as sent
  sent,      ///< in a mempool
  uncertain, ///< sent, no answer: the hash is being looked up
  confirmed, ///< in a block, accepted
  refused,   ///< by the chain or by our own caps
  missed,    ///< the window closed first
  skipped,   ///< deliberately not answered: no fresh data, not due, implausible
  dry_run    ///< everything but the broadcast
};
BOOST_DESCRIBE_ENUM(Status, open, claimed, stored, sent, uncertain, confirmed, refused, missed, skipped, dry_run)

constexpr bool is_final(Status s) { return s >= Status::confirmed; }

} // namespace inferd
