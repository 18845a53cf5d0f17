// LightGBM's text format, by Treelite. Its C API (treelite/c_api.h, version 4) is declared here as far as it is used.

#include "runtime/models/runner/loaded_model.hpp"
#include "runtime/models/runner/model_text.hpp"
#include "runtime/models/runner/shared_library.hpp"

#include <cstring>
#include <fmt/format.h>

namespace inferd::models {
namespace {

struct Treelite {
  explicit Treelite(const std::vector<std::string>& folders) : library(open_treelite(folders)) {
    library.load(last_error, "TreeliteGetLastError");
    library.load(load_lightgbm, "TreeliteLoadLightGBMModel");
    library.load(num_feature, "TreeliteQueryNumFeature");
    library.load(input_type, "TreeliteGetInputType");
    library.load(output_type, "TreeliteGetOutputType");
    library.load(parse_config, "TreeliteGTILParseConfig");
    library.load(output_shape, "TreeliteGTILGetOutputShape");
    library.load(predict, "TreeliteGTILPredict");
  }
  void check(int status) const {
    if (status != 0) throw RunnerError(one_sentence(last_error()));
  }

  SharedLibrary library;
  const char* (*last_error)();
  int (*load_lightgbm)(const char* file, const char* config, void** model);
  int (*num_feature)(void* model, int* n);
  int (*input_type)(void* model, const char** type);
  int (*output_type)(void* model, const char** type);
  int (*parse_config)(const char* json, void** config);
  int (*output_shape)(void* model, std::uint64_t rows, void* config, const std::uint64_t** shape, std::uint64_t* dimensions);
  int (*predict)(void* model, const void* input, const char* type, std::uint64_t rows, void* output, void* config);
};

class LightGbm : public LoadedModel {
public:
  explicit LightGbm(const RunnerSettings& s) : api_(s.folders) {
    const auto text = check_lightgbm_text(read_model_file(s.file));
    api_.check(api_.load_lightgbm(s.file.c_str(), "{}", &model_));
    api_.check(api_.parse_config(R"({"predict_type":"default","nthread":1})", &config_));
    int columns = 0;
    api_.check(api_.num_feature(model_, &columns));
    const char *in = nullptr, *out = nullptr;
    api_.check(api_.input_type(model_, &in));
    api_.check(api_.output_type(model_, &out));
    if (std::strcmp(in, "float64") != 0 || std::strcmp(out, "float64") != 0)
      throw RunnerError(fmt::format("its numbers are {} and {}, float64 is wanted", in, out));
    const std::uint64_t* shape = nullptr;
    std::uint64_t dimensions = 0;
    api_.check(api_.output_shape(model_, 1, config_, &shape, &dimensions));
    facts_.outputs = 1;
    for (std::uint64_t i = 0; i < dimensions; ++i) facts_.outputs *= shape[i];
    facts_.inputs = s.features.empty() ? text.features : s.features;
    if (columns < 0 || facts_.inputs.size() != static_cast<std::size_t>(columns))
      throw RunnerError(fmt::format("the model has {} inputs, {} are named", columns, facts_.inputs.size()));
    facts_.runtime = fmt::format("Treelite ({})", api_.library.path());
  }

  const ModelFacts& facts() const override { return facts_; }

  std::vector<double> predict(std::span<const double> inputs) override {
    std::vector<double> out(facts_.outputs);
    api_.check(api_.predict(model_, inputs.data(), "float64", 1, out.data(), config_));
    return out;
  }

private:
  Treelite api_;
  void *model_ = nullptr, *config_ = nullptr; // until the process ends
  ModelFacts facts_;
};

} // namespace

std::unique_ptr<LoadedModel> load_lightgbm(const RunnerSettings& s) { return std::make_unique<LightGbm>(s); }

} // namespace inferd::models
