"""Signing in with accounts of the university: behind a reverse proxy, by OIDC, or by SAML."""
