"""The engine: asyncio on a thread of its own, folding what the gateway answers into snapshots."""
