"""How values look on screen: words, dates, clocks and the cells of lists."""
