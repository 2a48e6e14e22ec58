"""What is kept: the database, the embedded PostgreSQL, media on disk. Imports `kiwi.film` and the ground."""
