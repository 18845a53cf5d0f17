#pragma once
// Files derived from the books. They may be deleted or fail to be written without effect on the books.

#include "runtime/books/rows.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace inferd {

class BooksReader;

/// submission_log.csv: one line per final window with its reason, in order; rotated to .1, .2, .3 at limits::view_bytes.
/// latest_submission.json: the last window, replaced atomically.
class Views {
public:
  /// `warn` is called when a view cannot be written, once until it works again. May be empty.
  Views(std::string dir, std::function<void(const std::string&)> warn);

  /// Adds the windows missing from the log after a crash. A new log begins with the newest windows of the books.
  void catch_up(BooksReader&);
  void add(const std::vector<WindowRow>&);

private:
  struct View {
    std::string path;
    bool failing = false;
  };
  template <class Write> bool attempt(View&, Write);
  void write_log();
  void write_latest(const WindowRow&);
  std::set<WindowKey> logged(); ///< windows in the newest lines
  void repair_log();            ///< truncates a partial line, renames a foreign file
  void rotate();

  View log_, latest_;
  std::function<void(const std::string&)> warn_;
  std::string pending_; ///< lines not yet written
};

} // namespace inferd
