// XGBoost's JSON and UBJSON models, by its own library: it sums in float32 from the base score, which no other one repeats
// exactly. Its C API (xgboost/c_api.h) is declared here as far as it is used.

#include "runtime/models/runner/loaded_model.hpp"
#include "runtime/models/runner/model_text.hpp"
#include "runtime/models/runner/shared_library.hpp"

#include <cmath>
#include <fmt/format.h>

namespace inferd::models {
namespace {

using Length = std::uint64_t; // bst_ulong

struct XgBoostApi {
  explicit XgBoostApi(const std::vector<std::string>& folders) : library(open_xgboost(folders)) {
    library.load(version, "XGBoostVersion");
    library.load(last_error, "XGBGetLastError");
    library.load(create, "XGBoosterCreate");
    library.load(load, "XGBoosterLoadModel");
    library.load(set_parameter, "XGBoosterSetParam");
    library.load(num_feature, "XGBoosterGetNumFeature");
    library.load(feature_info, "XGBoosterGetStrFeatureInfo");
    library.load(save, "XGBoosterSaveModelToBuffer");
    library.load(matrix, "XGDMatrixCreateFromMat");
    library.load(free_matrix, "XGDMatrixFree");
    library.load(predict, "XGBoosterPredictFromDMatrix");
  }
  void check(int status) const {
    if (status == 0) return;
    const std::string_view error = last_error();
    throw RunnerError("XGBoost refuses it: " + one_sentence(without_source(error.substr(0, error.find("Stack trace")))));
  }

  SharedLibrary library;
  void (*version)(int* major, int* minor, int* patch);
  const char* (*last_error)();
  int (*create)(void* const matrices[], Length n, void** booster);
  int (*load)(void* booster, const char* file);
  int (*set_parameter)(void* booster, const char* name, const char* value);
  int (*num_feature)(void* booster, Length* n);
  int (*feature_info)(void* booster, const char* field, Length* n, const char*** texts);
  int (*save)(void* booster, const char* config, Length* size, const char** bytes);
  int (*matrix)(const float* data, Length rows, Length columns, float missing, void** matrix);
  int (*free_matrix)(void* matrix);
  int (*predict)(void* booster, void* matrix, const char* config, const Length** shape, Length* dimensions,
                 const float** result);
};

class XgBoost : public LoadedModel {
public:
  explicit XgBoost(const RunnerSettings& s) : api_(s.folders) {
    const bool is_json = s.file.ends_with(".json");
    const auto text = read_model_file(s.file);
    refuse_newer(is_json ? check_xgboost_json(text) : ubjson_version(text));
    api_.check(api_.create(nullptr, 0, &booster_));
    api_.check(api_.set_parameter(booster_, "nthread", "1"));
    api_.check(api_.load(booster_, s.file.c_str()));
    api_.check(api_.set_parameter(booster_, "nthread", "1"));
    if (!is_json) { // checked in the other spelling
      Length size = 0;
      const char* bytes = nullptr;
      api_.check(api_.save(booster_, R"({"format":"json"})", &size, &bytes));
      check_xgboost_json({bytes, size});
    }
    Length columns = 0, named = 0;
    api_.check(api_.num_feature(booster_, &columns));
    const char** names = nullptr;
    api_.check(api_.feature_info(booster_, "feature_name", &named, &names));
    for (Length i = 0; i < named; ++i) facts_.inputs.emplace_back(names[i]);
    if (!s.features.empty()) facts_.inputs = s.features;
    if (facts_.inputs.empty())
      throw RunnerError(fmt::format("the file names none of its {} inputs: name them in model.features", columns));
    if (facts_.inputs.size() != columns)
      throw RunnerError(fmt::format("the model has {} inputs, {} are named", columns, facts_.inputs.size()));
    facts_.outputs = predict(std::vector<double>(columns, 0.0)).size();
    facts_.runtime = fmt::format("XGBoost {}.{}.{} ({})", major_, minor_, patch_, api_.library.path());
  }

  const ModelFacts& facts() const override { return facts_; }

  std::vector<double> predict(std::span<const double> inputs) override {
    const std::vector<float> row(inputs.begin(), inputs.end());
    void* matrix = nullptr;
    api_.check(api_.matrix(row.data(), 1, row.size(), NAN, &matrix));
    const Length* shape = nullptr;
    Length dimensions = 0;
    const float* result = nullptr;
    const int status =
      api_.predict(booster_, matrix, R"({"type":0,"training":false,"iteration_begin":0,"iteration_end":0,"strict_shape":true})",
                   &shape, &dimensions, &result);
    std::vector<double> out;
    if (status == 0) {
      std::size_t size = 1;
      for (Length i = 0; i < dimensions; ++i) size *= shape[i];
      out.assign(result, result + size);
    }
    api_.free_matrix(matrix);
    api_.check(status);
    return out;
  }

private:
  /// An older library may read a newer file without an error and wrongly: 3.0 takes 0.5 for the base score of 3.1 and newer.
  void refuse_newer(const XgBoostVersion& written) {
    api_.version(&major_, &minor_, &patch_);
    if (written && *written > std::pair<std::int64_t, std::int64_t>(major_, minor_))
      throw RunnerError(fmt::format("it was written by XGBoost {}.{}, and {} is {}.{}, which would read it wrongly: "
                                    "etc/model-runtimes --always xgboost fetches a newer one",
                                    written->first, written->second, api_.library.path(), major_, minor_));
  }

  XgBoostApi api_;
  int major_ = 0, minor_ = 0, patch_ = 0;
  void* booster_ = nullptr; // until the process ends
  ModelFacts facts_;
};

} // namespace

std::unique_ptr<LoadedModel> load_xgboost(const RunnerSettings& s) { return std::make_unique<XgBoost>(s); }

} // namespace inferd::models
