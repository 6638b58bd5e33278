"""The site with its static files, which nginx serves where DEBUG is off."""

from django.contrib.staticfiles.handlers import StaticFilesHandler

from config.wsgi import application as site

application = StaticFilesHandler(site)
