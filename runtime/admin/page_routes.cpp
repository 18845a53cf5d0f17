#include "runtime/admin/page_routes.hpp"

#include "runtime/page/page_files.hpp"

namespace inferd {

std::vector<AdminRoute> page_routes() {
  std::vector<AdminRoute> routes;
  for (const auto& file : page_files())
    routes.push_back(
      {"GET", std::string(file.path), {}, [file](const AdminCall&) {
         AdminAnswer answer{200, std::string(file.bytes), std::string(file.type)};
         answer.headers = {{"Content-Security-Policy", content_security_policy}, {"Referrer-Policy", "no-referrer"}};
         return answer;
       }});
  return routes;
}

} // namespace inferd
