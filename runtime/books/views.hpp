#pragma once
// Files made from the books for people and scripts. They may be deleted, and they may fail: the books go on.

#include "runtime/books/rows.hpp"

#include <functional>
#include <set>
#include <string>
#include <vector>

namespace inferd {

class BooksReader;

/// submission_log.csv: a line for every final window, in order; at limits::view_bytes it becomes .1, .2, .3.
/// latest_submission.json: the last one, replaced in one step, so that a reader sees the old or the new one whole.
class Views {
public:
  /// `warn` hears of a view that cannot be written, once until it works again. May be empty.
  Views(std::string dir, std::function<void(const std::string&)> warn);

  /// Adds what a crash kept from the log. A new log begins with the newest windows of the books.
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
  std::set<WindowKey> logged(); ///< what the newest lines tell of
  void mend();                  ///< cuts off half a line, moves a stranger's file aside
  void rotate();

  View log_, latest_;
  std::function<void(const std::string&)> warn_;
  std::string waiting_; ///< lines not written yet
};

} // namespace inferd
