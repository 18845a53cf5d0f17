#pragma once
// A table of paths. A path may end in one parameter, "/inspect/{place}", which takes the rest of the request's path.

#include "runtime/admin/admin_http.hpp"

#include <map>
#include <string>
#include <vector>

namespace inferd {

/// A request that fits a route.
struct AdminCall {
  const AdminRequest& request;
  std::string argument;                     ///< of the path's parameter
  std::map<std::string, std::string> query; ///< names that the route knows
};

struct AdminRoute {
  std::string method;             ///< "GET": only looks; "POST": changes something
  std::string path;               ///< "/tree", "/inspect/{place}"
  std::vector<std::string> query; ///< names of parameters that it takes
  std::function<AdminAnswer(const AdminCall&)> answer;
};

/// Answers 404, 405 (with Allow) and 400 for a request that fits none. An AdminHandler.
class AdminRoutes {
public:
  explicit AdminRoutes(std::vector<AdminRoute> routes);
  AdminAnswer operator()(const AdminRequest&) const;
  const std::vector<AdminRoute>& all() const { return routes_; }

private:
  std::vector<AdminRoute> routes_;
  std::string unknown_; ///< the sentence of a 404
};

} // namespace inferd
