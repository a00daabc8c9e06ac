"""Pages that are the same for everybody may be kept for a minute. All others are never stored."""

from django.views.decorators.cache import cache_control

for_everybody = cache_control(public=True, max_age=60)
