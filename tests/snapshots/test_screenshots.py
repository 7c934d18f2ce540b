"""The README's pictures show the program as it is."""

import asyncio

import pytest

from screenshots.render import FOLDER, PICTURES, Picture, render


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_up_to_date(picture: Picture) -> None:
    kept = (FOLDER / f"{picture.name}.svg").read_text(encoding="utf-8")
    made = asyncio.run(render(picture))
    assert made == kept, f"screenshots/{picture.name}.svg is out of date: run `python screenshots/render.py`, and look"
