"""The parts of the page. Only this package and ``dashboard.py`` import Streamlit.

Text from reports is untrusted: it is shown with ``st.text``, in data frames or by the map's own
script; where Streamlit reads Markdown it goes through ``plain``; only ``marked`` makes HTML of it,
with every character escaped.
"""
