"""Listed parties and embargoed States: lists that the operator loads, and whether an order touches one.

No list is shipped. Without one the answer is: unknown. A name in common is no proof that it is the same party: what is
found goes to counsel, and nothing is disclosed, paid or served before counsel has said so for this order.
"""
