"""Who is signed in on the pages: a key gives a cookie, the cookie a session of twelve hours."""
