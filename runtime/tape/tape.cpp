#include "runtime/tape/tape.hpp"

#include "messages/all.hpp"
#include "messages/bounded_json.hpp"
#include "messages/json.hpp"
#include "messages/limits.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <istream>
#include <set>
#include <string_view>
#include <sys/stat.h>

namespace inferd {
namespace {

namespace json = boost::json;

/// Types of "read" that are no messages.
bool is_answer(const std::string& type) { return type == "StoreFailure" || type == "Uallo"; }

bool is_message(const std::string& type) {
#define INFERD_NAME(Message) #Message,
  static const std::set<std::string, std::less<>> names{INFERD_MESSAGES(INFERD_NAME)};
#undef INFERD_NAME
  return names.contains(type);
}

template <class T> T member(const json::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  if (!v) throw std::runtime_error(std::string(name) + ": missing");
  T x{};
  from_json(*v, x, name);
  return x;
}

json::object parse(std::string_view line) {
  json::error_code error;
  auto v = parse_bounded_json(line, error);
  if (error) throw std::runtime_error("not JSON: " + error.message());
  if (!v.is_object()) throw std::runtime_error("not a JSON object");
  return std::move(v.get_object());
}

std::string of_version(int version, const std::string& program) {
  return "tape version " + std::to_string(version) + " of inferd " + program + ", this inferd ";
}

TapeHeader header(const json::object& o) {
  const auto version = member<int>(o, "tape");
  auto program = member<std::string>(o, "inferd");
  if (version < oldest_tape_version || version > tape_version)
    throw std::runtime_error(of_version(version, program) + "reads " + std::to_string(oldest_tape_version) + " to " +
                             std::to_string(tape_version) + ": use the inferd that recorded it");
  return {version,
          std::move(program),
          member<Wallet>(o, "wallet"),
          member<std::string>(o, "config"),
          member<Instant>(o, "started"),
          o.contains("continued") && member<bool>(o, "continued")};
}

TapeEntry entry(const json::object& o, int version) {
  TapeEntry e{.seq = member<std::uint64_t>(o, "seq"), .now = member<Instant>(o, "now")};
  if (o.contains("start")) {
    e.to = member<Place>(o, "start");
  } else {
    e.read = o.contains("read");
    e.to = member<Place>(o, e.read ? "read" : "to");
    if (!e.read && !member<std::string>(o, "from").empty()) e.from = member<Place>(o, "from");
    e.type = member<std::string>(o, "type");
    if (version == tape_version && !is_message(e.type) && !(e.read && is_answer(e.type)))
      throw std::runtime_error("type: no message is called \"" + e.type.substr(0, 40) + "\"");
    if (e.type.empty()) throw std::runtime_error("type: empty");
    const auto* message = o.if_contains("message");
    if (!message) throw std::runtime_error("message: missing");
    e.message = json::serialize(*message);
  }
  return e;
}

} // namespace

Tape read_tape(const std::string& path, TornTape torn) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) throw TapeError("tape " + path + ": " + std::strerror(errno));
  if (!S_ISREG(s.st_mode)) throw TapeError("tape " + path + " is not a file");
  if (static_cast<std::uint64_t>(s.st_size) > limits::tape_bytes + limits::tape_line)
    throw TapeError("tape " + path + " is larger than inferd writes them");
  std::ifstream file(path, std::ios::binary);
  if (!file) throw TapeError("tape " + path + " cannot be read");
  return read_tape(file, path, torn);
}

Tape read_tape(std::istream& file, const std::string& path, TornTape torn) {
  Tape tape{.path = path};
  std::string line;
  for (std::size_t number = 1; std::getline(file, line); ++number) {
    const bool whole = !file.eof(); // no newline: truncated
    try {
      if (line.size() > limits::tape_line) throw std::runtime_error("longer than any line inferd writes");
      if (!tape.end.empty()) throw std::runtime_error("goes on after its end");
      const auto o = parse(line);
      if (number == 1) tape.header = header(o);
      else if (o.contains("end")) tape.end = member<std::string>(o, "end");
      else {
        auto e = entry(o, tape.header.version);
        const auto due = !tape.entries.empty() ? tape.entries.back().seq + 1 : tape.header.continued ? e.seq : 1;
        if (e.seq != due)
          throw std::runtime_error("seq " + std::to_string(e.seq) + " where " + std::to_string(due) +
                                   " is due: lines are missing");
        e.line = number;
        tape.entries.push_back(std::move(e));
      }
    } catch (const std::exception& e) {
      if (!whole && number > 1) { // killed while writing
        tape.cut = number;
        break;
      }
      if (torn == TornTape::up_to_damage && number > 1) {
        tape.cut = number;
        tape.damage = e.what();
        break;
      }
      throw TapeError("tape " + path + " line " + std::to_string(number) + ": " + e.what());
    }
  }
  if (tape.header.program.empty()) throw TapeError("tape " + path + " is empty");
  return tape;
}

void expect_present_version(const Tape& tape) {
  if (tape.header.version != tape_version)
    throw TapeError("tape " + tape.path + ": " + of_version(tape.header.version, tape.header.program) + "reads " +
                    std::to_string(tape_version) + " for that: replay it with the inferd that recorded it");
}

} // namespace inferd
