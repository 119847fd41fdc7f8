"""What becomes of pictures in which text was found: the researcher's decisions, masks, and the page to look at."""
