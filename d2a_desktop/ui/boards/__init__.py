"""One board per page of the navigation; boards do not know one another."""
