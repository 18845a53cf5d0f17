#pragma once

#include "messages/json.hpp"
#include "runtime/tape/tape.hpp"

#include <boost/json/parse.hpp>
#include <string>

namespace inferd {

/// The entry's message or return value. Throws TapeError, which names the line.
template <class Message> Message decoded(const Tape& tape, const TapeEntry& e) {
  Message m{};
  try {
    from_json(boost::json::parse(e.message), m, "message");
  } catch (const std::exception& error) {
    throw TapeError("tape " + tape.path + " line " + std::to_string(e.line) + ": " + e.type + ": " + error.what());
  }
  return m;
}

} // namespace inferd
