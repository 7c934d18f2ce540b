"""What answers without end cost whoever reads them: every one, those too that keep a core busy, as a table."""

from tests.live.test_endless import MOST, gorged
from tests.support.doubles import Double
from tests.support.endless import ANSWERS, FRAMES, MEGABYTE, websocket


async def endless() -> int:
    """Print the table; 0 where each was refused, or taken, as it is to be, and within memory."""
    failed = False
    for name, each in ANSWERS.items():
        async with Double(each.script) as double:
            client = (await gorged("client", {name: double}))[name]
            agent = (await gorged("agent", {name: double}))[name]
        well = client["kind"] in each.kinds and (agent["agent"] is not None) is each.agent
        well = well and max(client["peak"], agent["peak"]) <= MOST
        failed = failed or not well
        peaks = f"{client['peak'] / MEGABYTE:6.0f} {agent['peak'] / MEGABYTE:6.0f} MB"
        print(f"{'' if well else 'NOT SO: '}{name:40} {peaks}  {client['kind']}: {client['evidence'][:80]}", flush=True)
    for name, (frames, heard) in FRAMES.items():
        async with Double(websocket(frames)) as double:
            told = (await gorged("websocket", {name: double}))[name]
        well = told["heard"] == heard and told["peak"] <= MOST
        failed = failed or not well
        print(f"{'' if well else 'NOT SO: '}{name:40} {told['peak'] / MEGABYTE:6.0f} MB  {told['heard']}", flush=True)
    return int(failed)
