// What models outside of the process say: lines of processes, bodies of HTTP answers, first lines of runners, and the texts of
// LightGBM's and XGBoost's files. Whatever comes, the values are finite decimals and the reasons are short.

#include "base/decimal_text.hpp"
#include "runtime/models/model_host.hpp"
#include "runtime/models/protocol.hpp"
#include "runtime/models/runner/loaded_model.hpp"
#include "runtime/models/runner/model_text.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <charconv>
#include <cmath>

namespace {

using namespace inferd;
using namespace inferd::models;

void check(const std::vector<LabelledValue>& values) {
  FUZZ_CHECK(!values.empty() && values.size() <= 1'000);
  for (const auto& v : values) {
    double x{};
    const auto [end, error] = std::from_chars(v.value.data(), v.value.data() + v.value.size(), x);
    FUZZ_CHECK(error == std::errc{} && end == v.value.data() + v.value.size() && std::isfinite(x));
    FUZZ_CHECK(shortest_text(x) == v.value);
  }
}

template <class Check> void refuses(const Check& run) {
  try {
    run();
  } catch (const RunnerError& e) {
    FUZZ_CHECK(std::string_view(e.what()).size() < 600);
  }
}

} // namespace

void inferd::fuzz::one(std::string_view input) {
  const auto parsed = parse_answer(input, Height{12});
  if (const auto* why = std::get_if<std::string>(&parsed)) FUZZ_CHECK(!why->empty() && why->size() < 400);
  else if (const auto& answer = std::get<LineAnswer>(parsed); answer.error.empty()) check(answer.values);
  else FUZZ_CHECK(answer.values.empty() && answer.error.size() < 700);
  const auto body = parse_body(input);
  if (const auto* why = std::get_if<std::string>(&body)) FUZZ_CHECK(!why->empty() && why->size() < 400);
  else check(std::get<0>(body));
  parse_hello(input);
  refuses([&] { check_lightgbm_text(std::string(input)); });
  refuses([&] { check_xgboost_json(input); });
  static_cast<void>(ubjson_version(input));
}
