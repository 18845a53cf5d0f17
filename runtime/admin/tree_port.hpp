#pragma once

#include "messages/inspection.hpp"

#include <optional>
#include <vector>

namespace inferd {

/// The supervision tree as the admin port sees it. Thread-safe. An actor that does not answer costs a call
/// limits::admin_answer_deadline once for each level of supervisors, however many of them hang.
class TreePort {
public:
  struct Branch {
    Place place;
    std::optional<SupervisorView> state; ///< empty: no answer in time
  };
  struct Answer {
    Place place;
    std::optional<Inspection> inspection; ///< empty: no answer in time
  };
  virtual ~TreePort() = default;

  /// Every supervisor, the root first. Empty while there is no tree.
  virtual std::vector<Branch> branches() = 0;
  /// Every actor in the directory.
  virtual std::vector<Answer> everyone() = 0;
  virtual bool exists(const Place&) = 0;
  /// Empty: no answer in time.
  virtual std::optional<Inspection> inspect(const Place&) = 0;
  virtual void restart(const Place&) = 0;
  /// Empty: no answer in time, or the books cannot be read.
  virtual std::optional<BooksSummary> books() = 0;
};

} // namespace inferd
