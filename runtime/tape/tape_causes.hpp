#pragma once
// What led to one submission: a tree of the tape's entries, from the outcome back to events of the chain, answers of the market
// and timers.
//
// A tape does not say which message made an actor send another. Each kind of message has a list of the kinds that may cause it
// (tape_causes.cpp); of each the cause is the newest that the sender received before, in its present life, and that contradicts
// the effect in neither window, topic nor transaction. For an answer of a port, the sender is the actor that asked.

#include "runtime/tape/tape_keys.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace inferd {

struct CauseStep {
  const TapeEntry* entry{};        ///< of the tape
  std::vector<std::size_t> causes; ///< indices of `Causes::steps`; empty: from outside, or its cause is not on the tape
};

struct Causes {
  std::vector<CauseStep> steps; ///< the first is the outcome, or the last that happened; each entry once
};

/// Throws TapeError: the tape has nothing about the window.
Causes causes_of(const Tape&, TopicId, Height nonce);

/// One line an entry, indented below what it led to, with the time from it to that. An entry that led to several is written out
/// at its first place only.
std::string causes_text(const Causes&);

} // namespace inferd
