#pragma once
// Maps described structs to SQL rows: each member is a column of the same name. Integers are INTEGER (unsigned 64-bit values by
// their bit pattern), those of 128 bits TEXT in digits, strings and enumerator names TEXT, vectors JSON.

#include "messages/json.hpp"
#include "runtime/books/sqlite.hpp"

#include <string>
#include <vector>

namespace inferd::sqlite {

/// "wallet", "topic" …: quoted, since "values" is an SQL keyword.
template <class Row> std::string columns() {
  std::string out;
  boost::mp11::mp_for_each<members_of<Row>>([&](auto m) { out += std::string(out.empty() ? "\"" : ", \"") + m.name + '"'; });
  return out;
}

/// The same for a file that may be of an earlier version: what it lacks is unknown.
template <class Row> std::string columns_in(Database& db) {
  auto out = columns<Row>();
  if (db.number("PRAGMA user_version") >= 6) return out;
  for (const auto& [column, value] : {std::pair{"\"past\"", "''"}, std::pair{"\"combined_at\"", "0 AS combined_at"}})
    if (const auto at = out.find(column); at != out.npos) out.replace(at, std::string_view(column).size(), value);
  return out;
}

/// INSERT, or UPDATE of the row with this `key` ("a, b"). Unlike INSERT OR REPLACE, a conflict on another unique index is an
/// error.
template <class Row> std::string upsert(const std::string& table, const std::string& key) {
  std::string marks, sets;
  boost::mp11::mp_for_each<members_of<Row>>([&](auto m) {
    marks += marks.empty() ? "?" : ", ?";
    sets += std::string(sets.empty() ? "\"" : ", \"") + m.name + "\" = excluded.\"" + m.name + '"';
  });
  return "INSERT INTO " + table + "(" + columns<Row>() + ") VALUES (" + marks + ") ON CONFLICT (" + key + ") DO UPDATE SET " +
         sets;
}

template <class T> void bind_value(Query& q, int at, const T& x, std::vector<std::string>& texts) {
  if constexpr (std::is_same_v<T, std::string>) q.bind(at, std::string_view(x));
  else if constexpr (std::is_same_v<T, Uint128>) q.bind(at, std::string_view(texts.emplace_back(to_digits(x))));
  else if constexpr (std::is_enum_v<T>) q.bind(at, std::string_view(boost::describe::enum_to_string(x, "?")));
  else if constexpr (std::is_integral_v<T>) q.bind(at, static_cast<std::int64_t>(x));
  else if constexpr (is_vector<T>)
    q.bind(at, x.empty() ? std::string_view() : std::string_view(texts.emplace_back(boost::json::serialize(to_json(x)))));
  else boost::mp11::mp_for_each<members_of<T>>([&](auto m) { bind_value(q, at, x.*m.pointer, texts); });
}

template <class T> void read_value(const Query& q, int at, T& x, const char* name) {
  if constexpr (std::is_same_v<T, std::string>) x = q.text(at);
  else if constexpr (std::is_same_v<T, Uint128>) {
    const auto number = parse_digits(q.text(at));
    if (!number) throw StoreFailure(std::string("the books are damaged: ") + name + " \"" + q.text(at) + "\" is no amount");
    x = *number;
  } else if constexpr (std::is_integral_v<T>) x = static_cast<T>(q.integer(at));
  else if constexpr (std::is_enum_v<T>) {
    if (!boost::describe::enum_from_string(q.text(at).c_str(), x))
      throw StoreFailure(std::string("the books are damaged: ") + name + " \"" + q.text(at) + "\" is not known");
  } else if constexpr (is_vector<T>) {
    x.clear();
    const auto text = q.text(at);
    if (text.empty()) return;
    try {
      from_json(boost::json::parse(text), x, name);
    } catch (const std::exception& e) {
      throw StoreFailure(std::string("the books are damaged: ") + name + ": " + e.what());
    }
  } else boost::mp11::mp_for_each<members_of<T>>([&](auto m) { read_value(q, at, x.*m.pointer, name); });
}

/// Executes `sql`, which comes from upsert<Row>.
template <class Row> void write(Database& db, const std::string& sql, const Row& row) {
  std::vector<std::string> texts;
  texts.reserve(boost::mp11::mp_size<members_of<Row>>::value); // bound by pointer
  Query q(db, sql);
  int at = 0;
  boost::mp11::mp_for_each<members_of<Row>>([&](auto m) { bind_value(q, ++at, row.*m.pointer, texts); });
  q.step();
}

/// The current row of the query; its columns begin with columns<Row>().
template <class Row> Row read(const Query& q) {
  Row row;
  int at = 0;
  boost::mp11::mp_for_each<members_of<Row>>([&](auto m) { read_value(q, at++, row.*m.pointer, m.name); });
  return row;
}

} // namespace inferd::sqlite
