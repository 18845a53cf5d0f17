#pragma once
// What a run recorded, as it is read back. A tape is one text file a process start, one JSON object a line:
//
//   {"tape":3,"inferd":"0.1.0 (3e459d0a1)","wallet":"allo1…","config":"sha256:…","started":1700000000000}
//   {"seq":1,"now":1700000000012,"start":"ledger"}
//   {"seq":2,"now":1700000000013,"to":"ledger","from":"submitter","type":"ResumeSubmissions","message":{…}}
//   {"seq":3,"now":1700000000013,"read":"ledger","type":"Unresolved","message":{…}}
//   {"end":"stopped"}
//
// A "read" is what a port answered the actor in place: the books, asked by the ledger. "StoreFailure" with a sentence: nothing.
// `from` is empty for what came from outside the actors. Inspect and its answer are left out: they change nothing. The last
// line of a process that was killed may be missing or cut short.

#include "messages/units.hpp"

#include <cstdint>
#include <iosfwd>
#include <stdexcept>
#include <string>
#include <vector>

namespace inferd {

inline constexpr int tape_version = 3;

/// One sentence with the file and the line.
struct TapeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct TapeHeader {
  std::string program; ///< version and commit of the inferd that wrote it
  Wallet wallet;
  std::string config; ///< digest of the configuration it ran with (config_digest)
  Instant started;
};

/// A message's delivery, or, when `type` is empty, the start of an actor at the place `to`, or what it read.
struct TapeEntry {
  std::size_t line{};
  std::uint64_t seq{};
  Instant now; ///< what the actor saw as the time
  std::string to, from, type;
  std::string message; ///< JSON, as messages/json.hpp writes it
  bool read{};
  bool is_start() const { return type.empty(); }
};

struct Tape {
  std::string path;
  TapeHeader header;
  std::vector<TapeEntry> entries; ///< in the order of seq, which has no gaps
  std::string end;                ///< why it ends; empty: the process was killed
};

/// Reads all of it. Throws TapeError on anything that is not as above; only the last line may be cut short.
Tape read_tape(const std::string& path);

/// The same of any stream; `path` stands for it in errors.
Tape read_tape(std::istream&, const std::string& path);

} // namespace inferd
