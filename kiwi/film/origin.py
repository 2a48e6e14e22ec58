"""Where a film comes from, as it tells whoever finds it: what in it is synthetic, what label it shows, and who has signed that."""

from typing import Literal

from kiwi.film.value import Value

LABEL = "Made with AI"
"""The visible label."""
TYPES = "http://cv.iptc.org/newscodes/digitalsourcetype/"
"""Before each of IPTC's digital source types."""

SourceType = Literal["algorithmicMedia", "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "composite", ""]
"""One of IPTC's digital source types; empty: it is not ours to say."""


class Part(Value):
    """One kind of thing that a film consists of."""

    what: str
    """One sentence."""
    source_type: SourceType
    by: str
    """Who made it, by the name on the menu."""
    stretches: tuple[tuple[float, float], ...] = ()
    """From where to where it is seen or heard, in seconds of the film; empty: throughout."""
    scenes: tuple[str, ...] = ()
    """Ids, as many as stretches."""


class Signing(Value):
    """Who signs films, and with what; paths, since keys travel nowhere."""

    certificate: str = ""
    """Absolute path of the certificate, PEM, with those that vouch for it behind it; empty: nobody can sign."""
    key: str = ""
    """Absolute path of its private key, PEM."""
    name: str = ""
    """Whose the certificate is."""
    self_made: bool = False
    """Nobody but this machine vouches for it."""
    digest: str = ""
    """Of the certificate."""
    trouble: str = ""
    """Why nobody can sign: one sentence."""


class Origin(Value):
    """What a film says of its own origin, in its manifest of content credentials (C2PA) and beside it."""

    source_type: SourceType = ""
    parts: tuple[Part, ...] = ()
    label: str = ""
    """The visible label; empty: the film shows none."""
    labelled: tuple[str, ...] = ()
    """Ids of the scenes that show it."""
    signed_by: str = ""
    """Whose certificate has signed the film; empty: it is not signed."""
    self_made: bool = False
    trouble: str = ""
    """Why it is not signed: one sentence."""

    @property
    def synthetic(self) -> bool:
        """Whether a trained model made something that is seen or heard."""
        return any(part.source_type == "trainedAlgorithmicMedia" for part in self.parts)
