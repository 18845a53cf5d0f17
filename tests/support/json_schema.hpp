#pragma once
// Validates a JSON value against the part of JSON Schema that runtime/page/openapi.json uses: type (also a list), enum,
// required, properties, additionalProperties, items, minimum, maximum, $ref into the same document. A keyword that it does not
// know is an error, so that no rule of the file goes unchecked.

#include <boost/json.hpp>
#include <set>
#include <string>

namespace inferd::test {

class JsonSchema {
public:
  explicit JsonSchema(const boost::json::value& document) : document_(document) {}

  /// Empty: the value fits. Otherwise where it does not, and why.
  std::string fault(const boost::json::value& schema, const boost::json::value& v, const std::string& at = "$") const {
    namespace json = boost::json;
    for (const auto& [keyword, rule] : schema.as_object()) {
      const std::string key(keyword);
      if (key == "description" || key == "example" || key == "default" || key == "minLength" || key == "maxLength") continue;
      if (key == "$ref") {
        if (auto f = fault(resolve(std::string(rule.as_string())), v, at); !f.empty()) return f;
      } else if (key == "type") {
        bool fits = false;
        if (rule.is_string()) fits = is(v, std::string(rule.as_string()));
        else
          for (const auto& t : rule.as_array()) fits = fits || is(v, std::string(t.as_string()));
        if (!fits) return at + " is " + json::serialize(v).substr(0, 60) + ", not " + json::serialize(rule);
      } else if (key == "enum") {
        bool listed = false;
        for (const auto& e : rule.as_array()) listed = listed || e == v;
        if (!listed) return at + " is " + json::serialize(v) + ", which is not listed";
      } else if (key == "required") {
        for (const auto& name : rule.as_array())
          if (v.is_object() && !v.as_object().contains(name.as_string()))
            return at + " has no " + std::string(name.as_string());
      } else if (key == "properties") {
        if (!v.is_object()) continue;
        for (const auto& [name, value] : v.as_object())
          if (const auto* inner = rule.as_object().if_contains(name))
            if (auto f = fault(*inner, value, at + '.' + std::string(name)); !f.empty()) return f;
      } else if (key == "additionalProperties") {
        if (!v.is_object()) continue;
        const auto* named = schema.as_object().if_contains("properties");
        for (const auto& [name, value] : v.as_object()) {
          if (named && named->as_object().contains(name)) continue;
          if (rule.is_bool() && !rule.as_bool()) return at + " has " + std::string(name) + ", which the file does not know";
          if (rule.is_object())
            if (auto f = fault(rule, value, at + '.' + std::string(name)); !f.empty()) return f;
        }
      } else if (key == "items") {
        if (!v.is_array()) continue;
        std::size_t i = 0;
        for (const auto& e : v.as_array())
          if (auto f = fault(rule, e, at + '[' + std::to_string(i++) + ']'); !f.empty()) return f;
      } else if (key == "minimum" || key == "maximum") {
        if (!v.is_number()) continue;
        const auto n = v.to_number<double>(), bound = rule.to_number<double>();
        if (key == "minimum" ? n < bound : n > bound) return at + " is out of its bounds";
      } else {
        return "the schema at " + at + " has the keyword " + key + ", which is not checked";
      }
    }
    return {};
  }

  /// Of "#/components/schemas/Tree".
  const boost::json::value& resolve(const std::string& reference) const { return document_.at_pointer(reference.substr(1)); }

private:
  static bool is(const boost::json::value& v, const std::string& type) {
    if (type == "string") return v.is_string();
    if (type == "integer") return v.is_int64() || v.is_uint64();
    if (type == "number") return v.is_number();
    if (type == "boolean") return v.is_bool();
    if (type == "array") return v.is_array();
    if (type == "object") return v.is_object();
    return type == "null" && v.is_null();
  }
  const boost::json::value& document_;
};

} // namespace inferd::test
