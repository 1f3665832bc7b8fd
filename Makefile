sync:
	true
