"""Learning platforms (LTI 1.3 Advantage): launches, deep linking, scores that go back, rosters.

It stands on the upload page and plugs into it as a Django application: `lti_application.py` connects the two.
"""
