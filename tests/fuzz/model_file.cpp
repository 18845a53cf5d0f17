// Model files. As mutation cannot match the checksum, the same JSON is also read without it and rewritten with its own; that
// must round-trip, and a model that accepts it must predict.

#include "messages/json.hpp"
#include "model/inputs/features.hpp"
#include "model/model.hpp"
#include "messages/limits.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace inferd;

void use(const ModelFile& file) {
  try {
    const Model model(file, "file");
    const std::vector<double> features(model.features().size(), 0.25);
    const auto values = model.predict(features, 50'000);
    FUZZ_CHECK(values.size() == model.labels().size());
    model.implausibility(values, 50'000);
    if (file.output != ModelOutput::probability) model.value(features);
  } catch (const ModelError& e) {
    FUZZ_CHECK(std::string_view(e.what()).starts_with("file: "));
  }
}

} // namespace

void inferd::fuzz::one(std::string_view input) {
  try {
    use(parse_model(input, "file"));
  } catch (const ModelError& e) {
    FUZZ_CHECK(std::string_view(e.what()).starts_with("file: "));
  }
  boost::json::parse_options options;
  options.max_depth = limits::json_depth;
  boost::json::error_code error;
  const auto content = boost::json::parse({input.data(), input.size()}, error, {}, options);
  if (error) return;
  ModelFile file;
  try {
    from_json(content, file);
  } catch (const std::runtime_error&) {
    return;
  }
  file.format = "inferd model";
  file.version = file.version == 1 ? 1 : 2;
  const auto text = model_text(file);
  FUZZ_CHECK(model_text(parse_model(text, "file")) == text); // compared as text: NaN is not equal to itself
  use(file);
}
