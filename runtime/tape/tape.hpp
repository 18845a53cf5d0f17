#pragma once
// The tape format: what a run recorded. One text file per process start, one JSON object per line:
//
//   {"tape":3,"inferd":"0.1.0 (3e459d0a1)","wallet":"allo1…","config":"sha256:…","started":1700000000000}
//   {"seq":1,"now":1700000000012,"start":"ledger"}
//   {"seq":2,"now":1700000000013,"to":"ledger","from":"submitter","type":"ResumeSubmissions","message":{…}}
//   {"seq":3,"now":1700000000013,"read":"ledger","type":"Unresolved","message":{…}}
//   {"end":"stopped"}
//
// "read": what a port returned to the actor's call (the books, to the ledger); "StoreFailure" with a sentence if it threw.
// `from` is empty for senders outside the actors. Inspect and Inspection are not recorded: they change no state. After a kill
// the last line may be missing or truncated.

#include "messages/units.hpp"

#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

namespace inferd {

inline constexpr int tape_version = 3;

/// One sentence with the file and, if there is one, the line.
struct TapeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct TapeHeader {
  std::string program; ///< version and commit of the recording inferd
  Wallet wallet;
  std::string config; ///< config_digest of its configuration
  Instant started;
};

/// A delivery; without a `type` the start of the actor at `to`; with `read` what a port returned to it.
struct TapeEntry {
  std::size_t line{};
  std::uint64_t seq{};
  Instant now; ///< the actor's now()
  std::string to, from, type;
  std::string message; ///< as written by messages/json.hpp
  bool read{};
  bool is_start() const { return type.empty(); }
};

struct Tape {
  std::string path;
  TapeHeader header;
  std::vector<TapeEntry> entries; ///< ascending by seq, without gaps
  std::string end;                ///< why it ended; empty: the process was killed
};

/// Throws TapeError for anything but the format above; only the last line may be truncated.
Tape read_tape(const std::string& path);

/// As above, from a stream; `path` is used in errors.
Tape read_tape(std::istream&, const std::string& path);

} // namespace inferd
