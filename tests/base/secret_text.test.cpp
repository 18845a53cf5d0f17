#define BOOST_TEST_MODULE secret_text
#include "base/secret_text.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <new>
#include <string_view>

using namespace inferd;

namespace {

/// Whether the object representation holds `text`.
bool holds(const void* object, std::size_t size, std::string_view text) {
  const std::string_view bytes(static_cast<const char*>(object), size);
  return bytes.find(text) != bytes.npos;
}

} // namespace

BOOST_AUTO_TEST_CASE(wiping_leaves_nothing_behind) {
  std::string text = "a secret that is long enough for the heap";
  const auto* bytes = text.data();
  const auto size = text.size();
  wipe(text);
  BOOST_TEST(text.empty());
  for (std::size_t i = 0; i < size; ++i) BOOST_TEST(bytes[i] == '\0');
}

BOOST_AUTO_TEST_CASE(a_short_secret_does_not_stay_where_it_was_moved_from) {
  std::string given = "s3cret";
  SecretText first(std::move(given));
  BOOST_TEST(!holds(&given, sizeof given, "3cret"));
  const SecretText second(std::move(first));
  BOOST_TEST(!holds(&first, sizeof first, "3cret"));
  BOOST_TEST(first.empty()); // NOLINT: moved-from on purpose
  BOOST_TEST(second.reveal() == "s3cret");
}

BOOST_AUTO_TEST_CASE(a_copy_and_an_assignment_keep_the_text) {
  const SecretText text(std::string("s3cret"));
  SecretText copy = text, other;
  other = copy;
  BOOST_TEST(text.reveal() == "s3cret");
  BOOST_TEST(other.reveal() == "s3cret");
}

BOOST_AUTO_TEST_CASE(the_destructor_wipes) {
  alignas(SecretText) unsigned char place[sizeof(SecretText)];
  auto* text = new (place) SecretText(std::string("s3cret"));
  BOOST_TEST(holds(place, sizeof place, "3cret"));
  text->~SecretText();
  BOOST_TEST(!holds(place, sizeof place, "3cret"));
}
