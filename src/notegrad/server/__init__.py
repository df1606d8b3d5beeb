"""The upload page: students hand in, watch the grading and read their feedback; staff see the class.

Begin with `urls.py` (every page), `models/` (what is kept), `rules.py` (who may do what) and `queue/` (who
grades when). Only this room knows Django; it needs the extra `notegrad[server]`, and imports no torch.
"""
