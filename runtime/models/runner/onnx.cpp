// ONNX models by ONNX Runtime. Its C API is one struct of functions, to which versions only append; the places of those used
// here are from onnxruntime_c_api.h 1.24 and hold for every 1.x.

#include "runtime/models/runner/loaded_model.hpp"
#include "runtime/models/runner/model_text.hpp"
#include "runtime/models/runner/shared_library.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fmt/format.h>

namespace inferd::models {
namespace {

constexpr std::uint32_t api_version = 12; // of ONNX Runtime 1.12: the least that is wanted
constexpr int float_type = 1, double_type = 11, tensor_type = 1, log_fatal = 4, device_allocator = 0, default_memory = 0;

struct Ort {
  explicit Ort(const std::vector<std::string>& folders) : library(open_onnxruntime(folders)) {
    struct ApiBase {
      void* const* (*get_api)(std::uint32_t version);
      const char* (*version)();
    };
    const ApiBase* (*base)() = nullptr;
    library.load(base, "OrtGetApiBase");
    version = base()->version();
    functions = base()->get_api(api_version);
    if (!functions) throw RunnerError("ONNX Runtime " + version + " is too old; 1.12 or newer is wanted");
  }

  /// Calls the function at `place`. Throws RunnerError with the library's reason.
  template <class... Arguments> void call(std::size_t place, Arguments... arguments) const {
    using Function = void* (*)(Arguments...);
    void* status = reinterpret_cast<Function>(functions[place])(arguments...);
    if (!status) return;
    using Message = const char* (*)(const void*);
    const std::string said = reinterpret_cast<Message>(functions[get_error_message])(status);
    const auto failed = said.find(" failed:"); // "Load model from … failed:why"
    const auto why = "ONNX Runtime refuses it: " + one_sentence(without_source(std::string_view(said).substr(
                                                     said.starts_with("Load model") && failed != said.npos ? failed + 8 : 0)));
    release(release_status, status);
    throw RunnerError(why);
  }
  void release(std::size_t place, void* thing) const {
    if (thing) reinterpret_cast<void (*)(void*)>(functions[place])(thing);
  }

  enum Place : std::size_t {
    get_error_message = 2,
    create_env = 3,
    create_session = 7,
    run = 9,
    create_session_options = 10,
    disable_mem_pattern = 17,
    disable_cpu_mem_arena = 19,
    set_session_log_severity_level = 22,
    set_intra_op_num_threads = 24,
    session_get_input_count = 30,
    session_get_output_count = 31,
    session_get_input_type_info = 33,
    session_get_output_type_info = 34,
    session_get_input_name = 36,
    session_get_output_name = 37,
    create_tensor_with_data = 49,
    get_tensor_mutable_data = 51,
    cast_type_info_to_tensor_info = 55,
    get_onnx_type_from_type_info = 56,
    get_tensor_element_type = 60,
    get_dimensions_count = 61,
    get_dimensions = 62,
    get_tensor_shape_element_count = 64,
    get_tensor_type_and_shape = 65,
    create_cpu_memory_info = 69,
    get_allocator_with_default_options = 78,
    release_status = 93,
    release_value = 96,
    release_type_info = 98,
    release_tensor_type_and_shape_info = 99,
    session_get_model_metadata = 111,
    model_metadata_lookup_custom_metadata_map = 116
  };

  SharedLibrary library;
  std::string version;
  void* const* functions = nullptr;
};

/// A tensor's name, type and shape as the model states them.
struct Tensor {
  std::string name;
  int type{};
  std::vector<std::int64_t> shape; ///< -1: any
};

class Onnx : public LoadedModel {
public:
  explicit Onnx(const RunnerSettings& s) : ort_(s.folders) {
    read_model_file(s.file); // its size, and whether it can be read
    void *environment = nullptr, *options = nullptr;
    ort_.call(Ort::create_env, log_fatal, "inferd", &environment);
    ort_.call(Ort::create_session_options, &options);
    ort_.call(Ort::set_session_log_severity_level, options, log_fatal);
    ort_.call(Ort::set_intra_op_num_threads, options, 1);
    ort_.call(Ort::disable_cpu_mem_arena, options);
    ort_.call(Ort::disable_mem_pattern, options);
    ort_.call(Ort::create_session, static_cast<const void*>(environment), s.file.c_str(), static_cast<const void*>(options),
              &session_);
    ort_.call(Ort::get_allocator_with_default_options, &allocator_);
    ort_.call(Ort::create_cpu_memory_info, device_allocator, default_memory, &memory_);
    inputs_ = tensors(Ort::session_get_input_count, Ort::session_get_input_name, Ort::session_get_input_type_info);
    auto outputs = tensors(Ort::session_get_output_count, Ort::session_get_output_name, Ort::session_get_output_type_info);
    if (inputs_.empty() || outputs.empty()) throw RunnerError("the model has no inputs or no outputs");
    output_ = std::move(outputs.front());
    columns(s);
    facts_.runtime = fmt::format("ONNX Runtime {} ({})", ort_.version, ort_.library.path());
    bool finite = false; // shapes that do not fit show here too
    for (const double x : {0.0, 1.0}) {
      const auto tried = predict(std::vector<double>(facts_.inputs.size(), x));
      facts_.outputs = tried.size();
      finite = finite || std::all_of(tried.begin(), tried.end(), [](double y) { return std::isfinite(y); });
    }
    if (facts_.outputs == 0) throw RunnerError("its first output is empty");
    if (!finite) throw RunnerError("it gives no finite number, neither for zeros nor for ones: a weight or leaf may be NaN");
  }

  const ModelFacts& facts() const override { return facts_; }

  std::vector<double> predict(std::span<const double> inputs) override {
    const auto per_tensor = inputs_.size() == 1 ? inputs.size() : 1;
    std::vector<std::vector<float>> floats(inputs_.size());
    std::vector<std::vector<double>> doubles(inputs_.size());
    std::vector<void*> values(inputs_.size());
    std::vector<const char*> names;
    Release released{*this, values};
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      const auto row = inputs.subspan(i * per_tensor, per_tensor);
      const auto shape = shape_of(inputs_[i], per_tensor);
      floats[i].assign(row.begin(), row.end());
      doubles[i].assign(row.begin(), row.end());
      const bool single = inputs_[i].type == float_type;
      void* data = single ? static_cast<void*>(floats[i].data()) : doubles[i].data();
      ort_.call(Ort::create_tensor_with_data, static_cast<const void*>(memory_), data,
                per_tensor * (single ? sizeof(float) : sizeof(double)), shape.data(), shape.size(), inputs_[i].type,
                &values[i]);
      names.push_back(inputs_[i].name.c_str());
    }
    const char* output_name = output_.name.c_str();
    void* result = nullptr;
    ort_.call(Ort::run, session_, static_cast<const void*>(nullptr), static_cast<const char* const*>(names.data()),
              static_cast<void* const*>(values.data()), values.size(), static_cast<const char* const*>(&output_name),
              std::size_t{1}, &result);
    values.push_back(result);
    return numbers(result);
  }

private:
  struct Release { ///< of an inference's tensors
    const Onnx& model;
    std::vector<void*>& values;
    ~Release() {
      for (auto* v : values) model.ort_.release(Ort::release_value, v);
    }
  };

  std::vector<Tensor> tensors(std::size_t count_of, std::size_t name_of, std::size_t type_of) const {
    std::size_t n = 0;
    ort_.call(count_of, static_cast<const void*>(session_), &n);
    std::vector<Tensor> out(n);
    for (std::size_t i = 0; i < n; ++i) {
      char* name = nullptr;
      ort_.call(name_of, static_cast<const void*>(session_), i, allocator_, &name);
      out[i].name = name; // the allocation is kept: there are few
      void* info = nullptr;
      ort_.call(type_of, static_cast<const void*>(session_), i, &info);
      int kind = 0;
      ort_.call(Ort::get_onnx_type_from_type_info, static_cast<const void*>(info), &kind);
      const void* tensor = nullptr;
      if (kind == tensor_type) ort_.call(Ort::cast_type_info_to_tensor_info, static_cast<const void*>(info), &tensor);
      if (tensor) {
        std::size_t dimensions = 0;
        ort_.call(Ort::get_tensor_element_type, tensor, &out[i].type);
        ort_.call(Ort::get_dimensions_count, tensor, &dimensions);
        out[i].shape.resize(dimensions);
        ort_.call(Ort::get_dimensions, tensor, out[i].shape.data(), dimensions);
      }
      ort_.release(Ort::release_type_info, info);
    }
    return out;
  }

  void columns(const RunnerSettings& s) {
    for (const auto* t : all()) {
      if (t->type != float_type && t->type != double_type)
        throw RunnerError(fmt::format("\"{}\" is no tensor of float or double", one_sentence(t->name)));
    }
    if (inputs_.size() > 1) {
      for (const auto& t : inputs_) {
        shape_of(t, 1);
        facts_.inputs.push_back(t.name);
      }
      if (!s.features.empty() && s.features.size() != inputs_.size())
        throw RunnerError(fmt::format("the model has {} inputs, {} are named", inputs_.size(), s.features.size()));
      if (!s.features.empty()) facts_.inputs = s.features;
      return;
    }
    facts_.inputs = s.features.empty() ? names_in_metadata() : s.features;
    const auto& shape = inputs_.front().shape;
    const auto width = shape.empty() ? 1 : shape.back();
    if (facts_.inputs.empty() && width == 1) facts_.inputs = {inputs_.front().name};
    if (facts_.inputs.empty())
      throw RunnerError(fmt::format("the file names none of its {} inputs: name them in model.features",
                                    width < 0 ? std::string("many") : std::to_string(width)));
    shape_of(inputs_.front(), facts_.inputs.size());
  }

  std::vector<const Tensor*> all() const {
    std::vector<const Tensor*> out{&output_};
    for (const auto& t : inputs_) out.push_back(&t);
    return out;
  }

  /// The metadata "features": names separated by commas.
  std::vector<std::string> names_in_metadata() const {
    void* metadata = nullptr;
    char* text = nullptr;
    ort_.call(Ort::session_get_model_metadata, static_cast<const void*>(session_), &metadata);
    ort_.call(Ort::model_metadata_lookup_custom_metadata_map, static_cast<const void*>(metadata), allocator_, "features",
              &text);
    std::vector<std::string> out;
    for (std::string_view rest = text ? text : ""; !rest.empty();) {
      const auto end = std::min(rest.find(','), rest.size());
      auto name = rest.substr(0, end);
      while (name.starts_with(' ')) name.remove_prefix(1);
      while (name.ends_with(' ')) name.remove_suffix(1);
      out.emplace_back(name);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return out;
  }

  /// Of one row of `columns` values: [N, columns], [columns], or anything of as many elements with N = 1.
  static std::vector<std::int64_t> shape_of(const Tensor& t, std::size_t columns) {
    auto shape = t.shape;
    std::int64_t elements = 1;
    for (std::size_t i = 0; i < shape.size(); ++i) {
      if (shape[i] < 0) shape[i] = i + 1 == shape.size() && (i > 0 || columns > 1) ? static_cast<std::int64_t>(columns) : 1;
      elements *= shape[i];
    }
    if (elements != static_cast<std::int64_t>(columns))
      throw RunnerError(
        fmt::format("the model's input \"{}\" takes {} values a row, {} are named", one_sentence(t.name), elements, columns));
    return shape;
  }

  std::vector<double> numbers(void* value) const {
    void* info = nullptr;
    int type = 0;
    std::size_t count = 0;
    ort_.call(Ort::get_tensor_type_and_shape, static_cast<const void*>(value), &info);
    ort_.call(Ort::get_tensor_element_type, static_cast<const void*>(info), &type);
    ort_.call(Ort::get_tensor_shape_element_count, static_cast<const void*>(info), &count);
    ort_.release(Ort::release_tensor_type_and_shape_info, info);
    void* data = nullptr;
    ort_.call(Ort::get_tensor_mutable_data, value, &data);
    if (count > 1'000) throw RunnerError(fmt::format("its first output has {} values", count));
    if (type == float_type) return {static_cast<float*>(data), static_cast<float*>(data) + count};
    return {static_cast<double*>(data), static_cast<double*>(data) + count};
  }

  Ort ort_;
  void *session_ = nullptr, *allocator_ = nullptr, *memory_ = nullptr; // until the process ends
  std::vector<Tensor> inputs_;
  Tensor output_;
  ModelFacts facts_;
};

} // namespace

std::unique_ptr<LoadedModel> load_onnx(const RunnerSettings& s) { return std::make_unique<Onnx>(s); }

} // namespace inferd::models
