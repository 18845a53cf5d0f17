#pragma once

#include "messages/supervision.hpp"

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// The tree of actors as the admin port sees it. Every call may block for some limits::admin_patience, whatever hangs.
class TreePort {
public:
  /// A supervisor's own account of itself (supervisor_view.hpp), by its place; the root first.
  struct Branch {
    std::string place;
    boost::json::object state; ///< {"vitals", "policy", "children", "failures"}; empty: it did not answer
  };
  virtual ~TreePort() = default;

  virtual std::vector<Branch> branches() = 0;
  /// Everyone in the directory; those who did not answer in time have an empty `actor`.
  virtual std::vector<std::pair<std::string, Inspection>> everyone() = 0;
  virtual bool exists(const std::string& place) = 0;
  virtual std::optional<Inspection> inspect(const std::string& place) = 0; ///< nothing: no answer in time
  virtual void restart(const std::string& place) = 0;
  virtual std::optional<BooksSummary> books() = 0;
};

} // namespace inferd
