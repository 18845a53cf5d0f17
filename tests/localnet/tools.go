//go:build tools

package localnet

import _ "github.com/allora-network/allora-chain/cmd/allorad"
