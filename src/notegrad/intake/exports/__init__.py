"""Whole exports of learning platforms: which platform, who handed in what, who did not."""
