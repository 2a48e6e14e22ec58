"""Side by side with others: the same film from the same sound and pictures, on this machine, in turn; ``python -m bench.peers -h``."""
