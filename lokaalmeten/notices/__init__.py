"""Notices told to people and machines: facts to words, words to a channel, and again if it failed.

words.py      facts of a change of a crowd in Dutch or English: a subject and some lines
troubles.py   what is wrong with nodes: when it begins, when it is over
letters.py    who is told what of it, once and never in floods
node_words.py facts of such a letter in Dutch or English; its texts in node_texts.py
mail.py       a text to a mail server, over TLS
webhook.py    facts to an address of the web, signed
delivery.py   the next that is due, tried and settled; when to try again, and when to give up

Who is told of what is in the database; MQTT lives in ingest. Nothing here knows either.
"""
