"""What an annotation beside the charts can be about."""

from enum import StrEnum


class AnnotationKind(StrEnum):
    RULE = "rule"
    """A rule of ours is new, or another"""
    LAW = "law"
    """A law is in force"""
    OUTAGE = "outage"
    """Something of ours was down, or counted wrongly"""
    EVENT = "event"
    """Something outside: an attack, an election"""
