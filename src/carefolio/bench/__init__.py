"""The benchmarks: programs that load the product, and what they measured beside the floors it has to keep."""
