#define BOOST_TEST_MODULE config_sources
#include "runtime/config/settings_reader.hpp"
#include "runtime/market/market.hpp"
#include "runtime/market/vendors/vendor_api.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(every_kind_of_source_is_csv_or_a_vendor_with_the_same_url) {
  std::string kinds;
  for (const auto& kind : enumerators<SourceKind>()) {
    (kinds += kinds.empty() ? "" : ", ") += kind;
    if (kind == "csv") continue;
    const auto config = config_of(load(machine("[[market.source]]\nkind = \"" + kind + "\"\n"), ConfigFor::lookup));
    const auto* vendor = market::find_vendor(kind);
    BOOST_REQUIRE_MESSAGE(vendor, "no vendor " << kind);
    BOOST_TEST(config.sources.front().url == vendor->url);
  }
  BOOST_TEST(kinds == market::source_kinds());
}
