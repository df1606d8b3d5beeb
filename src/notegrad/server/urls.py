"""Every route of the upload page."""
urlpatterns = []
