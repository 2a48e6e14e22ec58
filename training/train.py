"""Trains the reader's network: `python train.py DATA… --out FILE`. README.md says with what, and what came out."""

import argparse
import random
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from labelled import read_file
from network import Network, unpack_base
from phrases import Phrases
from product import weights_of
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn import functional
from transformers import get_linear_schedule_with_warmup

from examples import IGNORED, Augmenter, Example, Lettered, example_of, lettered, windows
from kiwi.local.read.tokens import Pieces, open_tokenizer, pieces_of

SEED, EPOCHS, BATCH_PIECES, PHRASES = 20, 16, 1_400, 16
RATE, HEAD_RATE = 1.2e-4, 1e-3
WEIGHTS = {"roles": 1.0, "overlays": 0.5, "type": 0.5, "act": 0.5, "knowledge": 0.2, "vectors": 3.0}
AVERAGED = 0.995
"""Of the averaged weights, which are kept, after each step; the rest is the step's own."""
SHARE, GONE_ON_RATE, GONE_ON_AVERAGED = 0.25, 0.9, 0.98
"""Where training goes on from a product's file: of the older briefs so many are seen again in each epoch, at so much of the rates."""
CLS, SEP, MASK = 101, 102, 103
HALF = torch.cpu._is_avx512_bf16_supported()
"""Half precision takes half the time on processors that have the instructions, and is as good; on others it takes four times as long."""
MASKED = 0.05
"""Share of the pieces that are hidden while training, so that their neighbours are read."""


def padded(rows: Sequence[Sequence[int]], value: int, ends: tuple[int, int] | None = None) -> Tensor:
    """Rows of one length, with a mark at both ends (or ``value``)."""
    first, last = ends or (value, value)
    longest = max(len(row) for row in rows) + 2
    return torch.tensor([[first, *row, last, *[value] * (longest - 2 - len(row))] for row in rows])


def inputs_of(pieces: Sequence[Pieces]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, cases and mask of a batch."""
    ids = padded([one.ids for one in pieces], 0, (CLS, SEP))
    cases = padded([one.cases for one in pieces], 0, (4, 4))
    mask = torch.tensor([[1] * (len(one.ids) + 2) + [0] * (ids.shape[1] - len(one.ids) - 2) for one in pieces])
    return ids, cases, mask


def batches_of(examples: Sequence[Example], shuffle: random.Random) -> list[list[Example]]:
    """Batches of examples of about the same length, in random order."""
    ranked = sorted(examples, key=lambda example: len(example.pieces.ids) + 12 * shuffle.random())
    batches: list[list[Example]] = [[]]
    for example in ranked:
        longest = max([len(one.pieces.ids) for one in batches[-1]] + [len(example.pieces.ids)])
        if batches[-1] and (longest + 2) * (len(batches[-1]) + 1) > BATCH_PIECES:
            batches.append([])
        batches[-1].append(example)
    shuffle.shuffle(batches)
    return batches


def loss_of(network: Network, batch: Sequence[Example]) -> Tensor:
    """How wrong the network is about a batch."""
    ids, cases, mask = inputs_of([one.pieces for one in batch])
    hidden = (torch.rand(ids.shape) < MASKED) & (ids > MASK)
    roles, overlays, types, acts, knowledge, _ = network(ids.masked_fill(hidden, MASK), cases, mask)
    known = torch.tensor([one.knowledge for one in batch])
    roles, overlays, types, acts, knowledge = (one.float() for one in (roles, overlays, types, acts, knowledge))
    total = WEIGHTS["roles"] * functional.cross_entropy(
        roles.transpose(1, 2), padded([one.roles for one in batch], IGNORED), ignore_index=IGNORED, label_smoothing=0.02
    )
    total = total + WEIGHTS["overlays"] * functional.cross_entropy(
        overlays.transpose(1, 2), padded([one.overlays for one in batch], IGNORED), ignore_index=IGNORED
    )
    wanted = torch.tensor([one.video_type for one in batch])
    if (wanted != IGNORED).any():
        total = total + WEIGHTS["type"] * functional.cross_entropy(types, wanted, ignore_index=IGNORED, label_smoothing=0.05)
        right = functional.binary_cross_entropy_with_logits(knowledge, known.clamp(0), reduction="none")
        total = total + WEIGHTS["knowledge"] * (right * (known >= 0)).sum() / (known >= 0).sum().clamp(1)
    return total + WEIGHTS["act"] * functional.cross_entropy(acts, torch.tensor([one.act for one in batch]), label_smoothing=0.05)


def vector_loss(network: Network, phrases: Phrases, tokenizer: Tokenizer, shuffle: random.Random) -> Tensor:
    """How far the vectors of short phrases have drifted from the base's own, which tell what is alike."""
    texts, targets = phrases.draw(PHRASES, shuffle)
    pieces = [pieces_of(text.lower(), tokenizer) for text in texts]
    pieces = [Pieces(one.ids, one.spans, (0,) * len(one.ids)) for one in pieces]
    vectors = network(*inputs_of(pieces))[-1]
    return 1.0 - (vectors.float() * targets).sum(1).mean()


def optimizer_of(network: Network, pace: float) -> torch.optim.AdamW:
    """The optimizer at so much of the usual rates; the heads learn faster than the encoder."""
    heads = [weight for name, weight in network.named_parameters() if not name.startswith("bert.")]
    body = [weight for name, weight in network.named_parameters() if name.startswith("bert.") and weight.requires_grad]
    return torch.optim.AdamW([{"params": body, "lr": pace * RATE}, {"params": heads, "lr": pace * HEAD_RATE}], weight_decay=0.01)


def main() -> None:
    """Train, and save the weights after every epoch."""
    options = argparse.ArgumentParser()
    options.add_argument("data", nargs="+", type=Path)
    options.add_argument("--out", type=Path, required=True)
    options.add_argument("--base", type=Path, default=Path("base"))
    options.add_argument("--epochs", type=int, default=EPOCHS)
    options.add_argument("--start", type=Path, help="a reader.onnx to go on from: what is new lies in the last file")
    options.add_argument("--share", type=float, default=SHARE, help="of the older briefs, seen again in each epoch where training goes on")
    options.add_argument("--threads", type=int, default=2)
    options.add_argument("--seed", type=int, default=SEED)
    chosen = options.parse_args()
    torch.manual_seed(chosen.seed)
    torch.set_num_threads(chosen.threads)
    shuffle = random.Random(chosen.seed)
    base = unpack_base(chosen.base)
    tokenizer = open_tokenizer(vocabulary_of(base))
    briefs = [lettered(brief) for path in chosen.data for brief in read_file(path)]
    augment = Augmenter(briefs, chosen.seed)
    phrases = Phrases(
        base,
        tokenizer,
        [brief.text[span.start : span.end] for brief in briefs for span in brief.source.spans if span.tag in {"topic", "point"}],
    )
    network = Network(base)
    old: list[Lettered] = []
    if chosen.start:
        network.load_state_dict(weights_of(chosen.start), strict=False)
        new = len(list(read_file(chosen.data[-1])))
        old = [brief for brief in briefs[:-new] if not brief.source.act]
        # every message is seen: there are few, and what they do is easily forgotten
        briefs = [*briefs[-new:], *(brief for brief in briefs[:-new] if brief.source.act)]
    optimizer = optimizer_of(network, GONE_ON_RATE if chosen.start else 1.0)
    # messages are few and short: each counts twice
    briefs += [brief for brief in briefs if brief.source.act and not chosen.start]
    again = old[:: round(1 / chosen.share)]
    first = batches_of([part for brief in (*briefs, *again) for part in windows(example_of(brief, tokenizer))], shuffle)
    keeping = GONE_ON_AVERAGED if chosen.start else AVERAGED
    averaged = torch.optim.swa_utils.AveragedModel(network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(keeping))
    steps = len(first) * chosen.epochs
    schedule = get_linear_schedule_with_warmup(optimizer, steps // 15, steps)
    print(f"{len(briefs)} briefs, {len(first)} steps an epoch", flush=True)
    for epoch in range(chosen.epochs):
        began, total = time.monotonic(), 0.0
        network.train()
        seen = [*briefs, *shuffle.sample(old, round(chosen.share * len(old)))]
        batches = batches_of([part for brief in seen for part in windows(example_of(augment.changed(brief), tokenizer))], shuffle)
        for batch in batches:
            optimizer.zero_grad()
            with torch.autocast("cpu", torch.bfloat16, enabled=HALF):
                loss = loss_of(network, batch) + WEIGHTS["vectors"] * vector_loss(network, phrases, tokenizer, shuffle)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
            averaged.update_parameters(network)
            total += loss.item()
        torch.save(averaged.module.state_dict(), chosen.out)
        print(f"epoch {epoch + 1}: loss {total / len(batches):.4f}, {time.monotonic() - began:.0f} s", flush=True)


def vocabulary_of(base: Path) -> list[str]:
    """The base's word pieces in the order of their ids."""
    pieces: dict[str, int] = Tokenizer.from_file(str(base / "tokenizer.json")).get_vocab()
    return sorted(pieces, key=pieces.__getitem__)


if __name__ == "__main__":
    main()
