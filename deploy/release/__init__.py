"""What is released: the program as an archive, what it is made of, under which licences, and sums.

`make release` runs it; `make audit` asks whether anything in it is known to be vulnerable.
"""
