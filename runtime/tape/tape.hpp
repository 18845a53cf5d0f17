#pragma once
// Reading a tape: the messages that every actor of one run received. A tape is a text file per process start, one JSON object a
// line:
//
//   {"tape":5,"inferd":"0.1.0","wallet":"allo1…","config":"…","started":1700000000000}
//   {"seq":1,"now":1700000000012,"start":"ledger"}
//   {"seq":2,"now":1700000000013,"to":"ledger","from":"submitter","type":"ResumeSubmissions","message":{…}}
//   {"seq":3,"now":1700000000013,"read":"ledger","type":"Unresolved","message":{…}}
//   {"end":"stopped"}
//
// Places are in their text form. "start": an actor starts. "read": the return value of a port's call, which is not a message
// (the ledger's queries of the books; type "Uallo": an amount); "StoreFailure" with a sentence: the call threw. `from` is empty
// when the sender is not an actor. Inspect and Inspection are left out, since they change no state. The last line of a process
// that was killed may be missing or cut short. A header with "continued":true is of a tape whose file was removed during the
// run: it begins with a later seq.

#include "messages/place.hpp"
#include "messages/units.hpp"

#include <cstdint>
#include <iosfwd>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace inferd {

inline constexpr int tape_version = 6;
/// From this version on a tape is read; only one of `tape_version` is replayed, as messages have changed since.
inline constexpr int oldest_tape_version = 3;

/// One sentence with the file and the line.
struct TapeError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

struct TapeHeader {
  int version = tape_version;
  std::string program; ///< version of the inferd that wrote it
  Wallet wallet;
  std::string config; ///< digest of the configuration it ran with
  Instant started;
  bool continued{}; ///< its file was made anew during the run: it begins in the middle
};

/// A message's delivery; the start of an actor at `to`, when `type` is empty; or the return value of a port's call by `to`,
/// when `read` is set.
struct TapeEntry {
  std::size_t line{};
  std::uint64_t seq{};
  Instant now; ///< the actor's now()
  Place to;
  std::optional<Place> from; ///< empty: not an actor
  std::string type;
  std::string message; ///< JSON, as messages/json.hpp writes it
  bool read{};
  bool is_start() const { return type.empty(); }
};

struct Tape {
  std::string path;
  TapeHeader header;
  std::vector<TapeEntry> entries; ///< in the order of seq, without gaps
  std::string end;                ///< why it ends; empty: the process was killed, or still runs
  std::size_t cut{};              ///< the line that is cut short, the last one; 0: none
  std::string damage;             ///< TornTape::up_to_damage: why nothing is read from line `cut` on; empty: nothing is damaged
};

/// What becomes of a line that inferd does not write.
enum class TornTape {
  refused,     ///< only the last line may be cut short, as by a killed process
  up_to_damage ///< what precedes it is read; for looking at a tape, not for a replay
};

/// Reads the whole tape. Throws TapeError on any other content, and on a tape of a version that is not read.
Tape read_tape(const std::string& path, TornTape = TornTape::refused);

/// As above, from a stream; `path` names it in errors.
Tape read_tape(std::istream&, const std::string& path, TornTape = TornTape::refused);

/// Throws TapeError unless the tape has the present version, whose messages this program has.
void expect_present_version(const Tape&);

} // namespace inferd
