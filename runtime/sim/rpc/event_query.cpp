#include "runtime/sim/rpc/event_query.hpp"

#include <boost/json/value.hpp>
#include <cctype>

namespace inferd::sim {

namespace {

struct Token {
  enum Kind { word, text, number, op, end } kind = end;
  std::string value;
  std::size_t offset{};
};

/// On an invalid character or an unterminated string sets `bad` and returns `end`.
class Scanner {
public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Token next() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_]))) ++at_;
    Token token{Token::end, {}, at_};
    if (at_ == text_.size()) return token;
    const char c = text_[at_];
    if (c == '\'') {
      const auto close = text_.find('\'', at_ + 1);
      if (close == std::string_view::npos) return fail("unterminated string");
      token = {Token::text, std::string(text_.substr(at_ + 1, close - at_ - 1)), at_};
      at_ = close + 1;
    } else if (c == '=' || c == '<' || c == '>') {
      token = {Token::op, std::string(1, c), at_++};
      if (c != '=' && at_ < text_.size() && text_[at_] == '=') token.value += text_[at_++];
    } else if (std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '.' || c == '-' || c == '/') {
      token.kind = std::isdigit(static_cast<unsigned char>(c)) ? Token::number : Token::word;
      while (at_ < text_.size() && std::string_view("=<>' \t\r\n").find(text_[at_]) == std::string_view::npos)
        token.value += text_[at_++];
    } else {
      return fail("invalid character");
    }
    return token;
  }

  std::string bad;

private:
  Token fail(const char* what) {
    bad = "offset " + std::to_string(at_) + ": " + what;
    at_ = text_.size();
    return {Token::end, {}, at_};
  }
  std::string_view text_;
  std::size_t at_ = 0;
};

std::string described(const Token& token) {
  switch (token.kind) {
    case Token::op: return token.value + " operator";
    case Token::text: return "string";
    case Token::number: return "number";
    case Token::word: return token.value == "AND" ? "AND operator" : "tag";
    case Token::end: break;
  }
  return "end of input";
}

std::string unexpected(const Token& got, const char* wanted) {
  return "offset " + std::to_string(got.offset) + ": got " + described(got) + ", wanted " + wanted;
}

} // namespace

std::variant<EventQuery, std::string> EventQuery::parse(std::string_view text) {
  EventQuery query;
  Scanner scanner(text);
  for (;;) {
    const auto key = scanner.next();
    if (!scanner.bad.empty()) return scanner.bad;
    if (key.kind != Token::word || key.value == "AND") return unexpected(key, "tag");
    const auto op = scanner.next();
    if (!scanner.bad.empty()) return scanner.bad;
    if (op.kind == Token::word && op.value == "EXISTS") {
      query.conditions_.push_back({key.value, Kind::exists, {}});
    } else if ((op.kind == Token::op && op.value == "=") || (op.kind == Token::word && op.value == "CONTAINS")) {
      const auto value = scanner.next();
      if (!scanner.bad.empty()) return scanner.bad;
      const bool contains = op.value == "CONTAINS";
      if (value.kind != Token::text && (contains || value.kind != Token::number))
        return unexpected(value, contains ? "string" : "number, timestamp, datestamp or string");
      query.conditions_.push_back({key.value, contains ? Kind::contains : Kind::equals, value.value});
    } else {
      return unexpected(op, "operator");
    }
    const auto more = scanner.next();
    if (!scanner.bad.empty()) return scanner.bad;
    if (more.kind == Token::end) return query;
    if (more.kind != Token::word || more.value != "AND") return unexpected(more, "AND operator");
  }
}

bool EventQuery::matches(const boost::json::object& index) const {
  for (const auto& condition : conditions_) {
    const auto* values = index.if_contains(condition.key);
    if (!values || !values->is_array()) return false;
    bool holds = condition.kind == Kind::exists;
    for (const auto& v : values->get_array()) {
      const std::string_view text(v.get_string().data(), v.get_string().size());
      if (condition.kind == Kind::equals) holds = holds || text == condition.value;
      if (condition.kind == Kind::contains) holds = holds || text.find(condition.value) != std::string_view::npos;
    }
    if (!holds) return false;
  }
  return true;
}

std::string EventQuery::wanted(std::string_view key) const {
  for (const auto& condition : conditions_)
    if (condition.key == key && condition.kind == Kind::equals) return condition.value;
  return {};
}

} // namespace inferd::sim
