"""How urgent it is, as the person who is rung, the staff's pages and the public figures say it."""

from django.utils.translation import gettext_lazy as _

from steelyard.oncall.states import Urgency

URGENCIES = {
    Urgency.DANGER_TO_LIFE: _("danger to life"),
    Urgency.CLOCK: _("a clock is running"),
    Urgency.WATCH: _("a part of the house is silent"),
}
