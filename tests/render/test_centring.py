"""Centring: a card stands in the middle of its room, whatever it holds."""

import pytest

from kiwi.film.model import SIZES, NumberCard, QuoteCard, Size, Spoken, SpotlightCard, TitleCard
from kiwi.render.canvas.layout import Box
from kiwi.render.canvas.stage import Layer, Sketch, Stage, boxes_of
from kiwi.render.cards import plan_card
from kiwi.render.cards.number import plan as plan_number
from kiwi.render.cards.parts.centring import OPTICAL
from kiwi.render.look.themes import THEMES

SAID = tuple(Spoken(text=text, start=10, end=20) for text in ["Stay", "hungry,", "stay", "foolish."])
SMALL = tuple(Size(width=size.width // 4, height=size.height // 4) for size in SIZES)


def around(boxes: list[tuple[str, Box]]) -> Box:
    whole = boxes[0][1]
    for _, box in boxes:
        whole = whole.united(box)
    return whole


@pytest.mark.parametrize("size", SMALL, ids=str)
@pytest.mark.parametrize(
    "card",
    [
        TitleCard(headline="Kiwi Coffee", icon="coffee"),
        SpotlightCard(heading="Bread", icon="sun"),
        NumberCard(number="40%", label="of our guests come back", icon="sun"),
        QuoteCard(words=SAID, by="Stewart Brand"),
    ],
    ids=lambda card: card.kind,
)
def test_as_much_room_is_left_of_a_card_as_right_of_it_and_hardly_more_below_than_above(card: TitleCard, size: Size) -> None:
    for theme in ("night", "pop"):
        stage = Stage(size, 30, 150, THEMES[theme])
        group, safe = around(boxes_of(plan_card(card, stage))), stage.safe
        assert group.left - safe.left == pytest.approx(safe.right - group.right, abs=1.01)
        above, below = group.top - safe.top, safe.bottom - group.bottom
        assert above == pytest.approx((above + below) * OPTICAL, abs=1.01)


def test_pictures_sketches_and_rooms_move_together() -> None:
    stage = Stage(SMALL[0], 30, 150, THEMES["night"])
    card = NumberCard(number="40%", label="of us", icon="sun", cue=0)
    before, after = plan_number(card, stage), plan_card(card, stage)
    steps = set()
    for one, other in zip(before, after, strict=True):
        if isinstance(one, Sketch):
            there, here = one.motion(2.0), other.motion(2.0)
            steps.add((here.dx - there.dx, here.dy - there.dy))
        else:
            assert isinstance(other, Layer)
            pictures = [layer.picture(2.0) if callable(layer.picture) else layer.picture for layer in (one, other)]
            steps.add((pictures[1].left - pictures[0].left, pictures[1].top - pictures[0].top))
        if one.box and other.box:
            steps.add((round(other.box.left - one.box.left), round(other.box.top - one.box.top)))
    assert len(steps) == 1
    assert steps != {(0, 0)}
