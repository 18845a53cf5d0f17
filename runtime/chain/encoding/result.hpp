#pragma once

#include <string>
#include <variant>

namespace inferd::chain {

/// What was asked for, or what is wrong with the input, in one sentence that may be logged (it holds no secret).
template <class T> using Result = std::variant<T, std::string>;

} // namespace inferd::chain
