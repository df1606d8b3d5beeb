"""The report: a class on one page, from plain records to figures and tables."""
