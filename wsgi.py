"""The site's app, for every WSGI server."""

from webapp import create_app

app = create_app()
