"""Who is asking: the steps that raise an order on the ladder, what each rests on, and how long it lasts."""
