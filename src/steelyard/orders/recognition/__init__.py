"""What is this that arrived: an authority's order, a notice, a complaint, a plea for help, ordinary mail?

Pure: no Django, no network, no clock. Words are data (`lexicon/`, one file for each language), weights are
data (`weights.yaml`), and every answer names the words it stands on. A doubtful one goes to a person.
"""

from steelyard.orders.recognition.reading import recognise, says_no_order
from steelyard.orders.recognition.shapes import Arrival, Attached, Kind, Reason, Recognised

__all__ = ["Arrival", "Attached", "Kind", "Reason", "Recognised", "recognise", "says_no_order"]
