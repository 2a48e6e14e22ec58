"""A chat model in the crew: it listens, reads, writes, plans pictures and looks at the finished film."""
