"""allora_sdk unmodified, in one role. Prints its events with the wall clock in seconds.

    sdk_worker.py inferer|reputer MNEMONIC_FILE TOPIC GRPC_PORT RPC_PORT VALUE
"""
import asyncio
import sys
import time

from allora_sdk import AlloraWorker
from allora_sdk.rpc_client.config import AlloraNetworkConfig, AlloraWalletConfig

role, mnemonic, topic, grpc, rpc, value = sys.argv[1:]


def say(*words):
    print(*words, flush=True)


async def main():
    wallet = AlloraWalletConfig(mnemonic=open(mnemonic).read().strip())
    network = AlloraNetworkConfig.local(chain_id="localnet", port=int(grpc), websocket_url=f"ws://127.0.0.1:{rpc}/websocket",
                                        fee_minimum_gas_price=10.0)
    common = dict(wallet=wallet, network=network, topic_id=int(topic), polling_interval=20, show_banner=False)
    if role == "inferer":
        worker = AlloraWorker.inferer(run=lambda _: value, **common)
    else:  # sum of squared errors against VALUE
        worker = AlloraWorker.reputer(
            reputer_fn=lambda _, seen: sum((v - float(value)) ** 2 for v in seen.values()) + 1e-9,
            min_stake_uallo=10**20, **common)
    subscribe = worker._subscribe_websocket_events

    async def subscribed():  # prints READY and changes nothing else
        await subscribe()
        say("READY", time.time())

    worker._subscribe_websocket_events = subscribed
    async for result in worker.run():
        at = time.time()
        if isinstance(result, Exception):
            say("FAILED", at, repr(result)[:300].replace("\n", " "))
        else:
            say("DONE", at, result.tx_result.height, result.tx_result.txhash)

asyncio.run(main())
