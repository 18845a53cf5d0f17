#include "runtime/daemon/chain_record.hpp"

#include "base/utc.hpp"
#include "runtime/books/files.hpp"
#include "runtime/books/sqlite_books.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <filesystem>

namespace inferd {

namespace json = boost::json;

namespace {

constexpr std::size_t most_bytes = 4'096;

std::string file_of(const std::string& ledger_path) { return ledger_path + ".chain"; }

std::string text_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string(*text) : std::string();
}

std::int64_t number_of(const json::object& from, const char* name) {
  const auto* value = from.if_contains(name);
  const auto* number = value ? value->if_int64() : nullptr;
  return number ? std::max<std::int64_t>(*number, 0) : 0;
}

} // namespace

ChainRecord read_chain_record(const std::string& ledger_path, const std::string& chain_id) {
  json::error_code error;
  const auto parsed = json::parse(read_head(file_of(ledger_path), most_bytes), error);
  const auto* record = error ? nullptr : parsed.if_object();
  if (!record || text_of(*record, "chain") != chain_id) return {};
  const Instant at{number_of(*record, "at")};
  return {{text_of(*record, "genesis"), {{number_of(*record, "height")}, at}, at}, text_of(*record, "reset_to")};
}

void write_chain_record(const std::string& ledger_path, const std::string& chain_id, const ChainRecord& record) {
  json::object out{{"chain", chain_id},
                   {"genesis", record.known.genesis},
                   {"height", record.known.head.height.value},
                   {"at", record.known.head.at.value}};
  if (!record.reset_to.empty()) out["reset_to"] = record.reset_to;
  replace_whole(file_of(ledger_path), json::serialize(out) + '\n');
}

std::string archive_books(const std::string& ledger_path, const std::string& chain_id, const ChainRecord& record, Instant now) {
  std::string archive;
  if (std::filesystem::exists(ledger_path)) {
    {
      const SqliteBooks closing(ledger_path, {}); // recovers the write-ahead log into the file
    }
    auto time = utc_text(now);
    std::erase(time, ':');
    const auto first = ledger_path + ".until-" + time;
    archive = first;
    for (int copy = 2; std::filesystem::exists(archive); ++copy) archive = first + "-" + std::to_string(copy);
    std::filesystem::rename(ledger_path, archive);
  }
  write_chain_record(ledger_path, chain_id, {.known = {.genesis = record.reset_to}});
  return archive;
}

} // namespace inferd
