#define BOOST_TEST_MODULE models_protocol
#include "runtime/models/http_model.hpp"
#include "runtime/models/protocol.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <limits>

using namespace inferd;
using namespace inferd::models;

namespace {

const std::vector<std::string> names{"ret_1h", "vol_24h"};

std::string fault(std::string_view line) {
  const auto parsed = parse_answer(line, Height{12});
  if (const auto* why = std::get_if<std::string>(&parsed)) return "protocol: " + *why;
  return std::get<LineAnswer>(parsed).error;
}
std::string value(std::string_view line) {
  const auto parsed = parse_answer(line, Height{12});
  if (const auto* why = std::get_if<std::string>(&parsed)) return "protocol: " + *why;
  const auto& answer = std::get<LineAnswer>(parsed);
  return answer.error.empty() ? answer.values.at(0).value : answer.error;
}
std::string body(std::string_view text) {
  const auto parsed = parse_body(text);
  if (const auto* why = std::get_if<std::string>(&parsed)) return "no: " + *why;
  std::string out;
  for (const auto& v : std::get<0>(parsed)) out += v.label + "=" + v.value + ";";
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_request_is_one_json_object_with_exact_numbers) {
  ModelSpec spec{.labels = {"up", "down"}, .symbol = "btcusd", .target = "log_return", .horizon_minutes = 240};
  const AskModel ask{3, TopicId{67}, Height{1200}, "csv", Instant{5}, 42'000.1, {0.1 + 0.2, std::nan("")}, Instant{1'000}};
  const auto line = request_line(spec, ask, names, {{Instant{5}, 1, 2, 0.5, 1.5, std::nan("")}});
  BOOST_TEST(line.find('\n') == line.npos);
  const auto o = boost::json::parse(line).as_object();
  BOOST_TEST(o.at("nonce").as_int64() == 1200);
  BOOST_TEST(o.at("topic").as_int64() == 67);
  BOOST_TEST(o.at("deadline").as_int64() == 5'000);
  BOOST_TEST(line.find("\"ret_1h\":0.30000000000000004,\"vol_24h\":null") != line.npos, line);
  BOOST_TEST(line.find("[[5,1,2,0.5,1.5,null]]") != line.npos, line);
  BOOST_TEST(o.at("labels").as_array().size() == 2u);
  spec.features = {"vol_24h"};
  BOOST_TEST(request_line(spec, ask, names, {}).find("\"features\":{\"vol_24h\":null}") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_answer_is_a_number_in_any_spelling) {
  BOOST_TEST(value(R"({"value":0.0123})") == "0.0123");
  BOOST_TEST(value(R"({"nonce":12,"value":1e-05,"took":3})") == "1e-05");
  BOOST_TEST(value(R"({"value":" -2.5 "})") == "-2.5");
  BOOST_TEST(value(R"({"value":0.1234567890123456789})") == "0.12345678901234568");
  BOOST_TEST(value(R"({"values":[{"label":"up","value":0.6},{"label":"down","value":"0.4"}]})") == "0.6");
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_refused) {
  for (const auto* line :
       {R"({"value":"nan"})", R"({"value":"inf"})", R"({"value":"1.0 USD"})", R"({"value":""})", R"({"value":[1]})",
        R"({"value":true})", R"({"value":1e999})", R"({"values":[]})", R"({"values":[{"label":"up"}]})",
        R"({"values":[{"label":"up","value":"nan"}]})", R"({"values":{}})"})
    BOOST_TEST(!fault(line).empty(), line);
  BOOST_TEST(fault(R"({"error":"no data"})") == "the model says \"no data\"");
}

BOOST_AUTO_TEST_CASE(what_is_no_object_breaks_the_protocol) {
  for (const auto* line : {"hello", "NaN", R"({"value":NaN})", R"({"value":1)", R"({"value":1}{"value":2})", "0.5", "[1]", "{}",
                           R"({"nonce":13,"value":1})", R"({"nonce":"12a","value":1})", "\x01\xff"})
    BOOST_TEST(fault(line).starts_with("protocol: "), line);
  BOOST_TEST(fault(R"({"nonce":13,"value":1})").find("another nonce than 12") != std::string::npos);
  BOOST_TEST(fault(std::string(70'000, '[')).size() < 200u); // the sentence is bounded
}

BOOST_AUTO_TEST_CASE(a_body_is_the_number_as_text_or_labels) {
  BOOST_TEST(body("0.0123") == "=0.0123;");
  BOOST_TEST(body(" \n42000.5\r\n") == "=42000.5;");
  BOOST_TEST(body(R"([{"label":"up","value":"0.6"},{"label":"down","value":0.4}])") == "up=0.6;down=0.4;");
  for (const auto* text :
       {"", "nan", "-inf", "<!DOCTYPE html><html>", "0.1 0.2", "{\"value\":1}", "[1]", "[{}]", "\"0.1\"", "0x10"})
    BOOST_TEST(body(text).starts_with("no: "), text);
}

BOOST_AUTO_TEST_CASE(a_url_is_filled_as_the_go_node_does) {
  ModelSpec spec{.url = "http://h/{TopicId}/{BlockHeight}?k={Key}&b={BlockHeight}&x={blockheight}",
                 .parameters = {{"Key", "a b"}}};
  BOOST_TEST(model_url(spec, TopicId{67}, Height{1200}) == "http://h/67/1200?k=a b&b=1200&x={blockheight}");
  spec.parameters["A"] = "{A}"; // must not be filled for ever
  spec.url = "http://h/{A}";
  BOOST_TEST(model_url(spec, TopicId{1}, Height{1}) == "http://h/{A}");
}
