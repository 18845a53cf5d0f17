#include "runtime/cli/setup/go_json.hpp"

#include "base/allo.hpp"
#include "base/secret_text.hpp"
#include "messages/limits.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"

#include <algorithm>
#include <boost/json/parser.hpp>
#include <cstddef>
#include <cstring>
#include <fmt/format.h>
#include <new>

namespace inferd::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t head_bytes = alignof(std::max_align_t);
static_assert(head_bytes >= sizeof(std::size_t));

std::string small(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view view(json::string_view text) { return {text.data(), text.size()}; }

/// Digits, with the unit behind them or not.
std::optional<Uallo> amount_of(std::string_view text) {
  if (text.ends_with("uallo")) text.remove_suffix(5);
  const auto value = parse_digits(text);
  return value ? std::optional(Uallo{*value}) : std::nullopt;
}

} // namespace

// Boost.JSON gives blocks back with another alignment than it asked for, so each has its size before it.
void* WipedMemory::do_allocate(std::size_t bytes, std::size_t) {
  auto* block = static_cast<unsigned char*>(::operator new(bytes + head_bytes));
  std::memcpy(block, &bytes, sizeof bytes);
  return block + head_bytes;
}

void WipedMemory::do_deallocate(void* data, std::size_t, std::size_t) {
  auto* block = static_cast<unsigned char*>(data) - head_bytes;
  std::size_t bytes = 0;
  std::memcpy(&bytes, block, sizeof bytes);
  wipe(data, bytes);
  ::operator delete(block);
}

json::value parse_go_json(std::string_view text, const std::string& source, WipedMemory& memory) {
  constexpr std::string_view mark = "\xef\xbb\xbf";
  if (text.size() > limits::config_file) throw Failure(source + ": is larger than 1 MiB", exit_usage);
  const auto skipped = text.starts_with(mark) ? mark.size() : 0;
  const auto body = text.substr(skipped);
  if (body.find_first_not_of(" \t\r\n") == body.npos) throw Failure(source + ": is empty", exit_usage);
  json::parse_options options;
  options.max_depth = limits::json_depth;
  json::parser parser(&memory, options);
  parser.reset(&memory);
  json::error_code error;
  const auto read = parser.write_some(body.data(), body.size(), error);
  const auto rest = body.find_first_not_of(" \t\r\n", read);
  if (!error && rest == body.npos) return parser.release();
  const auto at = std::min(error ? read : rest, body.size());
  const auto lines = std::count(body.begin(), body.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  throw Failure(fmt::format("{}:{}: byte {}: is no JSON: {}", source, lines + 1, at + skipped + 1,
                            error ? error.message() : "there is text after the end"),
                exit_usage);
}

std::string shown_key(std::string_view key) {
  constexpr std::size_t longest = 80;
  std::string out;
  for (const char c : key.substr(0, longest)) out += c < ' ' || c > '~' ? '?' : c;
  return key.size() > longest ? out + "…" : out;
}

std::string kind_of(const json::value& value) {
  switch (value.kind()) {
    case json::kind::null: return "is null";
    case json::kind::bool_: return "is true or false";
    case json::kind::int64:
    case json::kind::uint64:
    case json::kind::double_: return "is a number";
    case json::kind::string: return "is a text";
    case json::kind::array: return "is a list";
    case json::kind::object: return "is an object";
  }
  return "is something else";
}

GoObject::GoObject(std::string source, std::string path, const json::value* value)
  : source_(std::move(source)), path_(std::move(path)), value_(value) {
  if (value_ && !value_->is_object())
    throw Failure(fmt::format("{}: {}{}; an object is wanted", source_, path_.empty() ? "" : path_ + ": ", kind_of(*value_)),
                  exit_usage);
}

const json::object& GoObject::members() const {
  static const json::object none;
  return value_ ? value_->get_object() : none;
}

bool GoObject::is_taken(std::string_view key) const { return taken_.contains(small(key)); }

std::string GoObject::name(std::string_view key) const { return path_.empty() ? shown_key(key) : path_ + "." + shown_key(key); }

void GoObject::fail(std::string_view key, const std::string& fault) const {
  throw Failure(fmt::format("{}: {}: {}", source_, name(key), fault), exit_usage);
}

const json::value* GoObject::take(const char* key) {
  const auto wanted = small(key);
  const json::value* found = nullptr;
  for (const auto& member : members()) {
    if (small(view(member.key())) != wanted) continue;
    if (found) fail(key, "is there twice, in small and capital letters; one is wanted");
    found = &member.value();
  }
  taken_.insert(wanted);
  return found && !found->is_null() ? found : nullptr;
}

std::string GoObject::text(const char* key) {
  const auto* value = take(key);
  if (!value) return {};
  if (!value->is_string()) fail(key, kind_of(*value) + "; a text is wanted");
  return std::string(view(value->get_string()));
}

std::optional<bool> GoObject::flag(const char* key) {
  const auto* value = take(key);
  if (!value) return std::nullopt;
  if (!value->is_bool()) fail(key, kind_of(*value) + "; true or false is wanted");
  return value->get_bool();
}

std::optional<std::int64_t> GoObject::number(const char* key, std::int64_t least, std::int64_t most) {
  const auto* value = take(key);
  if (!value) return std::nullopt;
  if (!value->is_number()) fail(key, kind_of(*value) + "; a whole number is wanted");
  if (!value->is_int64() || value->get_int64() < least || value->get_int64() > most)
    fail(key, fmt::format("is out of range; a whole number from {} to {} is wanted", least, most));
  return value->get_int64();
}

std::optional<Uallo> GoObject::uallo(const char* key) {
  constexpr Uallo supply{1'000'000'000 * uallo_per_allo};
  const auto* value = take(key);
  if (!value) return std::nullopt;
  std::optional<Uallo> amount;
  if (value->is_string()) amount = amount_of(view(value->get_string()));
  else if (value->is_int64()) amount = amount_of(std::to_string(value->get_int64()));
  else if (value->is_uint64()) amount = amount_of(std::to_string(value->get_uint64()));
  else if (!value->is_double()) fail(key, kind_of(*value) + "; a whole number of uallo is wanted");
  if (!amount) fail(key, "is no whole number of uallo; wanted is e.g. 500000");
  if (*amount > supply) fail(key, "is more than all ALLO there are");
  return amount;
}

const json::array* GoObject::list(const char* key) {
  const auto* value = take(key);
  if (!value) return nullptr;
  if (!value->is_array()) fail(key, kind_of(*value) + "; a list is wanted");
  return &value->get_array();
}

std::vector<std::string> GoObject::texts(const char* key) {
  std::vector<std::string> texts;
  if (const auto* elements = list(key))
    for (std::size_t i = 0; i < elements->size(); ++i) {
      const auto& element = (*elements)[i];
      if (!element.is_string()) fail(fmt::format("{}[{}]", key, i), kind_of(element) + "; a text is wanted");
      texts.emplace_back(view(element.get_string()));
    }
  return texts;
}

GoObject GoObject::object(const char* key) {
  const auto* value = take(key);
  return {source_, name(key), value};
}

void GoObject::finish(std::span<const GoReason> reasons, std::vector<GoNote>& not_taken) const {
  for (const auto& member : members()) {
    const auto key = small(view(member.key()));
    if (taken_.contains(key)) continue;
    const auto known = std::find_if(reasons.begin(), reasons.end(), [&](const GoReason& r) { return small(r.key) == key; });
    not_taken.push_back({name(view(member.key())), known == reasons.end() ? "no such key is known" : known->why});
  }
}

} // namespace inferd::cli
