"""KIWI-Video's plain half: the film, its crew and its money. Knows no LangGraph and no FastAPI."""
