"""Steelyard: weigh harmful content, orders and complaints by the same rules, and prove it in public."""

__version__ = "0.1.0"
