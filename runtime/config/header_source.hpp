#pragma once

#include <string>

namespace inferd {

/// Where a secret is stored. Read only by with_secret().
struct SecretSource {
  enum class Kind {
    none,
    file,        ///< file `place`, readable by its owner only
    credential,  ///< systemd credential `name` in file `place`; `place` empty: not provided
    environment, ///< environment variable `name`
    dotenv       ///< line `name=` of the file `place`
  };
  Kind kind = Kind::none;
  std::string place, name;
  explicit operator bool() const { return kind != Kind::none; }
  bool operator==(const SecretSource&) const = default;
};

/// A header for every request to an endpoint; its value is a secret.
struct HeaderSource {
  std::string name;
  SecretSource value;
  bool operator==(const HeaderSource&) const = default;
};

} // namespace inferd
