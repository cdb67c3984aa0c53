"""A month of supervision in Luonan: planned from a seed, lived through the public API, told as a story."""
