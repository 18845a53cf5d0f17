#pragma once
// Reads settings one at a time: value, default, precedence, type, range and origin. A key that was never read is an unknown
// setting, so the reading code is the only list of settings.

#include "runtime/config/config.hpp"
#include "runtime/config/dotenv.hpp"
#include "runtime/config/mistake.hpp"
#include "runtime/config/host_environment.hpp"
#include "runtime/config/toml_tree.hpp"

#include <boost/mp11.hpp>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

/// The origin of a value, for mistakes and `config show`.
struct SettingPlace {
  std::string file; ///< "environment", or empty for a default
  int line{};
  std::string setting;
};

/// State of one load: the sources of settings and the results.
struct Reading {
  const HostEnvironment& host;
  bool complete;                   ///< required settings must be present
  std::string toml_file;           ///< empty: none
  std::string dotenv_file;         ///< empty: none
  std::vector<DotenvEntry> dotenv; ///< secrets removed, see `secret`
  std::vector<ConfigMistake> mistakes;
  std::vector<EffectiveSetting> effective;

  void wrong(const SettingPlace&, std::string sentence);
  void show(const std::string& setting, std::string value, const SettingPlace& origin);

  struct Variable {
    std::string value;
    SettingPlace place;
  };
  /// The environment, then .env; an empty value counts as unset.
  std::optional<Variable> variable(const std::string& name) const;
  /// Location of the secret `name`, without its value, which is hidden (HostEnvironment::hide): the environment, then .env.
  std::optional<SecretSource> secret(const std::string& name) const;
  SettingPlace place(const SecretSource&) const; ///< of a variable
};

/// A key in its table and the environment variable that overrides it.
struct Key {
  const char* name;
  const char* variable = nullptr;
};

struct TableItem;

class Table {
public:
  using Check = std::function<std::string(const std::string&)>; ///< returns an error or an empty string
  using Shown = std::function<std::string(const std::string&)>; ///< the printable form of a value
  /// `node` null: no such table in the file; all settings have their defaults.
  Table(Reading&, const Node* node, std::string name);

  std::string text(Key, std::string fallback, const Check& = {}, const Shown& = {});
  /// Relative to the TOML file's folder; `~/` is the home directory. The fallback is not changed.
  std::string path(Key, std::string fallback);
  std::int64_t number(Key, std::int64_t fallback, std::int64_t least, std::int64_t most, const char* unit);
  /// ALLO, as a text or a number. A number that TOML's doubles cannot hold exactly is refused.
  Uallo allo(Key, Uallo fallback);
  Uallo uallo(Key, Uallo fallback); ///< a whole number of uallo, or its digits in quotes; the key is given
  bool flag(Key, bool fallback);
  std::vector<std::string> texts(Key, std::vector<std::string> fallback, const Check& = {}, const Shown& = {});
  std::vector<std::int64_t> numbers(Key, std::int64_t least, std::int64_t most);
  std::vector<double> reals(Key); ///< finite; empty: not given
  double real(Key, double fallback, double least, double most);
  std::optional<Instant> instant(Key);
  std::map<std::string, std::string> pairs(Key);
  template <class Enum> Enum choice(Key, Enum fallback);

  /// A list whose items are texts or tables; a single one stands for a list of one. Shows nothing.
  std::vector<TableItem> items(const char* name);

  Table table(const char* name);
  /// `[[name]]`, or `[name]` for a single one; empty: none.
  std::vector<Table> tables(const char* name);

  std::vector<std::string> keys() const;      ///< of the table in the file
  bool given(const char* name) const;         ///< in the file
  bool is_table(const char* name) const;      ///< in the file, and a table
  SettingPlace place(const char* name) const; ///< of a setting read before; of the table's header if it is not in the file
  const std::string& name() const { return name_; }
  void wrong(const char* name, std::string sentence) { reading_->wrong(place(name), std::move(sentence)); }
  Reading& reading() { return *reading_; }

  /// Reports keys that were never read. Call once, at the end.
  void finish();

private:
  struct Found {
    const Node* node = nullptr;                ///< in the file
    std::optional<Reading::Variable> variable; ///< takes precedence
  };
  Found find(const Key&);
  std::string full(const char* key) const;
  const Node* member(const char* name) const;
  Uallo in_bounds(const Key&, Uallo, Uallo fallback);
  std::string word(Key, const std::string& fallback, const std::vector<std::string>& words);

  Reading* reading_;
  const Node* node_;
  std::string name_;
  std::vector<std::string> asked_;
  std::map<std::string, SettingPlace> places_;
};

struct TableItem {
  std::string text;
  std::optional<Table> table; ///< "rpc[2]", if the item is a table
  SettingPlace place;
  std::string fault; ///< of an item that is neither
};

/// "[a, b]"
std::string list_text(const std::vector<std::string>& items);

template <class Enum> std::vector<std::string> enumerators() {
  std::vector<std::string> names;
  boost::mp11::mp_for_each<boost::describe::describe_enumerators<Enum>>([&](auto e) { names.push_back(e.name); });
  return names;
}

template <class Enum> Enum Table::choice(Key key, Enum fallback) {
  namespace d = boost::describe;
  Enum chosen = fallback;
  d::enum_from_string(word(key, d::enum_to_string(fallback, ""), enumerators<Enum>()).c_str(), chosen);
  return chosen;
}

/// As a TOML string on one line.
std::string toml_text(const std::string&);

} // namespace inferd
