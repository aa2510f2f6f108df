"""One HTML file with the interactive map of a view: it opens anywhere and asks nobody for anything.

Nothing here imports Streamlit. ``one_page`` is the whole of the public interface.
"""

from geo.onepage.page import one_page

__all__ = ["one_page"]
