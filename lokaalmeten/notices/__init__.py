"""Alerts told to people and machines: facts to words, words to a channel, and again if it failed.

words.py      facts of a change in Dutch or English: a subject and some lines
mail.py       a text to a mail server, over TLS
webhook.py    facts to an address of the web, signed
delivery.py   the next that is due, tried and settled; when to try again, and when to give up

Who is told of what is in the database; MQTT lives in ingest. Nothing here knows either.
"""
