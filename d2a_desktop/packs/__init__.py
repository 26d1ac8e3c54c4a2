"""Paper: what is printed, on which page, with what on every page; reportlab lives here alone."""
