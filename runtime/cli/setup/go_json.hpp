#pragma once
// Objects of the Go node's config.json, read key by key. What was not read is listed at the end.

#include "runtime/cli/setup/go_config.hpp"

#include <boost/json/memory_resource.hpp>
#include <boost/json/value.hpp>
#include <set>
#include <span>

namespace inferd::cli {

/// Memory that is wiped when it is given back: the file may hold a mnemonic.
class WipedMemory final : public boost::json::memory_resource {
  void* do_allocate(std::size_t bytes, std::size_t alignment) override;
  void do_deallocate(void* data, std::size_t bytes, std::size_t alignment) override;
  bool do_is_equal(const boost::json::memory_resource& other) const noexcept override { return this == &other; }
};

/// Strict JSON, UTF-8, with or without a byte order mark, at most limits::json_depth deep. The value is in `memory`, also while
/// it is parsed. Throws Failure with line and byte.
boost::json::value parse_go_json(std::string_view text, const std::string& source, WipedMemory& memory);

/// A key without a counterpart, and why.
struct GoReason {
  const char *key, *why;
};

/// An object. Functions that read throw Failure, which names the key, for a value of another type. A key that is missing or
/// null counts as not given. One that is there twice in different spellings is refused.
class GoObject {
public:
  /// `path`: of the object, as "worker[0]"; empty: the root. `value` may be null: as if it were empty.
  GoObject(std::string source, std::string path, const boost::json::value* value);

  const boost::json::value* take(const char* key); ///< null: not given
  std::string text(const char* key);               ///< empty: not given
  std::optional<bool> flag(const char* key);
  std::optional<std::int64_t> number(const char* key, std::int64_t least, std::int64_t most);
  std::optional<Uallo> uallo(const char* key); ///< a whole number, or its text
  std::vector<std::string> texts(const char* key);
  const boost::json::array* list(const char* key);
  GoObject object(const char* key);

  const boost::json::object& members() const;
  bool is_taken(std::string_view key) const;
  std::string name(std::string_view key) const; ///< "worker[0].topicId"
  [[noreturn]] void fail(std::string_view key, const std::string& fault) const;
  /// Every member that was not taken, in the file's order.
  void finish(std::span<const GoReason> reasons, std::vector<GoNote>& not_taken) const;

private:
  std::string source_, path_;
  const boost::json::value* value_;
  std::set<std::string> taken_; ///< in small letters
};

/// "is a number": the type of a value.
std::string kind_of(const boost::json::value&);

} // namespace inferd::cli
