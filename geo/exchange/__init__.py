"""Files that come in and go out: tables of points, lines of JSON, and what was wrong with them."""
