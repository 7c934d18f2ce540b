"""The README's pictures show the program as it is."""

import asyncio

import pytest

from screenshots.render import FOLDER, PICTURES, Picture, render

# Pictures of the same story are made in the same process, which tells it once.
_PICTURES = [
    pytest.param(each, marks=pytest.mark.xdist_group(f"{each.story.__name__} {each.scenario}"), id=each.name)
    for each in PICTURES
]


@pytest.mark.parametrize("picture", _PICTURES)
def test_a_picture_is_up_to_date(picture: Picture) -> None:
    kept = (FOLDER / f"{picture.name}.svg").read_text(encoding="utf-8")
    made = asyncio.run(render(picture))
    assert made == kept, f"screenshots/{picture.name}.svg is out of date: run `python screenshots/render.py`, and look"
