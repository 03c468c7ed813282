"""Typed kernels, their IR, and the rows made of both."""
