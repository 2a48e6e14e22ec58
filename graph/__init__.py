"""The LangGraph half: state, graph, checkpoints and the worker."""
