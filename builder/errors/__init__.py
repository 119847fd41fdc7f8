"""One class for each failure that a researcher can meet; each message ends in what to do."""
