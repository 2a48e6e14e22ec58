"""The plain half of the program: the film, its crew and its money. Knows no LangGraph and no FastAPI."""
