"""Untrusted execution: a warm zygote, a confined single-use process per submission, a fork per question.

Trust follows the folders: `outside` is ours and believes nothing; `inside` shares its processes with student
code; `walls` are the kernel's means, put up by both; `protocol` is what the two sides say to each other.
"""
