"""Finished exports on their way to people: the card that describes them, and the Hub."""
