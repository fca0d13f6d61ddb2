"""Fair requests: for each operation one that nobody has a reason to refuse, and what must be there before it is asked.

`asker` asks them. Each other file is the table of one domain: what a request cannot do without, how an object is made
that no collection makes, and which operations need something to have happened before.
"""
