#include "runtime/books/views.hpp"

#include "runtime/books/files.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/books/row_text.hpp"
#include "messages/limits.hpp"

#include <boost/json/serialize.hpp>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

namespace inferd {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t initial_windows = 1'000; ///< windows a new log starts with
constexpr std::size_t tail_bytes = 256u << 10; ///< of the log, read to find the windows in it
constexpr std::size_t pending_bytes = 256u << 10;

std::vector<std::string> csv_fields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') fields.back() += line[++i];
    else if (c == '"') quoted = !quoted;
    else if (c == ',' && !quoted) fields.emplace_back();
    else fields.back() += c;
  }
  return fields;
}

template <class T> bool number(const std::string& text, T& x) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  return error == std::errc{} && end == text.data() + text.size();
}

std::string numbered(const std::string& path, std::size_t n) { return path + "." + std::to_string(n); }

} // namespace

Views::Views(std::string dir, std::function<void(const std::string&)> warn)
  : log_{dir + "/submission_log.csv"}, latest_{dir + "/latest_submission.json"}, warn_(std::move(warn)) {}

template <class Write> bool Views::attempt(View& view, Write write) {
  try {
    write();
    view.failing = false;
    return true;
  } catch (const std::exception& e) {
    if (!std::exchange(view.failing, true) && warn_) warn_(view.path + " cannot be written, the books go on: " + e.what());
    return false;
  }
}

void Views::catch_up(BooksReader& books) {
  attempt(log_, [&] { repair_log(); });
  const auto keys = logged();
  std::vector<WindowRow> rows;
  BooksReader::Filter filter{.only_final = true};
  if (keys.empty()) filter.newest = initial_windows;
  else
    for (const auto& key : keys) filter.since = filter.since.value == 0 ? key.nonce : std::min(filter.since, key.nonce);
  std::optional<WindowRow> newest;
  books.each(filter, [&](const WindowRow& row) {
    if (!keys.contains(row.key())) rows.push_back(row);
    newest = row;
  });
  add(rows);
  if (rows.empty() && newest) write_latest(*newest); // lost in a power cut
}

void Views::add(const std::vector<WindowRow>& rows) {
  if (rows.empty()) return;
  for (const auto& row : rows) pending_ += view_line(row) + '\n';
  write_log();
  write_latest(rows.back());
}

void Views::write_log() {
  const bool written = attempt(log_, [&] {
    const auto size = file_size_or_0(log_.path);
    if (size > 0 && size + pending_.size() > limits::view_bytes) rotate();
    append_whole(log_.path, file_size_or_0(log_.path) == 0 ? view_header + "\n" + pending_ : pending_);
  });
  // Dropped lines are added at the next start.
  if (written || pending_.size() > pending_bytes) pending_.clear();
}

void Views::write_latest(const WindowRow& row) {
  attempt(latest_, [&] { replace_whole(latest_.path, boost::json::serialize(latest_json(row)) + "\n", Durability::cached); });
}

std::set<WindowKey> Views::logged() {
  std::set<WindowKey> keys;
  for (const auto& path : {numbered(log_.path, 1), log_.path}) {
    const auto text = read_tail(path, tail_bytes);
    std::string_view rest = text;
    for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
      const auto fields = csv_fields(rest.substr(0, end));
      rest.remove_prefix(end + 1);
      WindowKey key;
      if (fields.size() < 10 || !number(fields[1], key.topic.value) || !number(fields[4], key.nonce.value)) continue;
      key.wallet.address = fields[3];
      keys.insert(std::move(key));
    }
  }
  return keys;
}

void Views::repair_log() {
  if (file_size_or_0(log_.path) == 0) return;
  const auto head = read_head(log_.path, view_header.size() + 1);
  if (head != view_header + '\n') return rotate();
  const auto tail = read_tail(log_.path, tail_bytes);
  const auto last = tail.rfind('\n');
  if (last == tail.npos) return rotate();
  if (last + 1 != tail.size()) fs::resize_file(log_.path, fs::file_size(log_.path) - (tail.size() - last - 1));
}

void Views::rotate() {
  for (auto n = limits::view_files; n > 1; --n)
    if (fs::exists(numbered(log_.path, n - 1))) fs::rename(numbered(log_.path, n - 1), numbered(log_.path, n));
  fs::rename(log_.path, numbered(log_.path, 1));
}

} // namespace inferd
