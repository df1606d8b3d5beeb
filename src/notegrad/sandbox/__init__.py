"""Untrusted execution: a warm zygote, a confined single-use process per submission, a fork per question.

The trusted side imports `notegrad.sandbox.client`; everything else here runs in, or sets up, the sandbox.
"""
