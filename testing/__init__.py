"""What tests and benches share: a fast crew, servers in processes of their own, the fuzzer. Part of no installation."""
