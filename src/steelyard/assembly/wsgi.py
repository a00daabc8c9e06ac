"""The web process: `granian --interface wsgi steelyard.assembly.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
application = get_wsgi_application()
