"""Django as a WSGI application; `assembly.web` serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "steelyard.assembly.settings")
application = get_wsgi_application()
