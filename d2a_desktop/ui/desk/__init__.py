"""One desk's window put together: opening, pages, exchange, idle lock."""
