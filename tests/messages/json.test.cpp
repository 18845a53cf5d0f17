#define BOOST_TEST_MODULE json
#include "messages/all.hpp"
#include "messages/json.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace inferd;

namespace {

/// Sets every member to a value that is not the default.
template <class T> void fill(T& x, int& n) {
  if constexpr (std::is_same_v<T, bool>) x = true;
  else if constexpr (std::is_same_v<T, std::string>) x = "text \"" + std::to_string(++n) + "\"\n\xc3\xa4";
  else if constexpr (std::is_enum_v<T>) x = static_cast<T>(1);
  else if constexpr (std::is_floating_point_v<T>) x = 0.1 * ++n;
  else if constexpr (std::is_integral_v<T>) x = static_cast<T>(std::numeric_limits<T>::max() - ++n);
  else if constexpr (is_vector<T>) x.resize(2), fill(x[0], n), fill(x[1], n);
  else boost::mp11::mp_for_each<members_of<T>>([&](auto m) { fill(x.*m.pointer, n); });
}

template <class T> T there_and_back(const T& x) {
  T back;
  from_json(boost::json::parse(boost::json::serialize(to_json(x))), back);
  return back;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_message_comes_back_from_its_json_as_it_was) {
  int n = 0;
#define INFERD_CHECK(Message)                                                                                                  \
  {                                                                                                                            \
    Message m;                                                                                                                 \
    fill(m, n);                                                                                                                \
    BOOST_TEST((there_and_back(m) == m), #Message);                                                                            \
    std::string text;                                                                                                          \
    append_json(text, m);                                                                                                      \
    BOOST_TEST(text == boost::json::serialize(to_json(m)));                                                                    \
  }
  INFERD_MESSAGES(INFERD_CHECK)
#undef INFERD_CHECK
}

BOOST_AUTO_TEST_CASE(doubles_survive_to_the_last_bit) {
  for (const double x : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 42263.58}) {
    const Candle c{Instant{1}, x, x, x, x, x};
    BOOST_TEST((there_and_back(c) == c));
  }
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_of_another_kind_is_named) {
  const auto refuses = [](const char* text, const char* member) {
    WindowOpened m;
    BOOST_CHECK_EXCEPTION(from_json(boost::json::parse(text), m), std::runtime_error,
                          [&](const std::exception& e) { return std::string(e.what()).find(member) != std::string::npos; });
  };
  refuses(R"({"topic":1,"closes":2,"seen_by":"event","at":3})", "nonce");
  refuses(R"({"topic":-1,"nonce":1,"closes":2,"seen_by":"event","at":3})", "topic");
  refuses(R"({"topic":1,"nonce":1.5,"closes":2,"seen_by":"event","at":3})", "nonce");
  refuses(R"({"topic":1,"nonce":1,"closes":2,"seen_by":7,"at":3})", "seen_by");
  refuses(R"([])", "value");
}

BOOST_AUTO_TEST_CASE(an_unknown_status_is_refused) {
  BookOutcome m;
  auto json = to_json(m);
  json.get_object()["status"] = "won";
  BOOST_CHECK_THROW(from_json(json, m), std::runtime_error);
}
