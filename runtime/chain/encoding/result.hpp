#pragma once

#include <string>
#include <variant>

namespace inferd::chain {

/// A value, or a one-sentence error that may be logged (it contains no secret).
template <class T> using Result = std::variant<T, std::string>;

} // namespace inferd::chain
