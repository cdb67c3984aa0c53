"""The command `minshao`: what an operator does to a running installation, from a shell that has its settings."""
