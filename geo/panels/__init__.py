"""The parts of the page. Only this package and ``dashboard.py`` import Streamlit.

Text from reports is untrusted: it is shown with ``st.text``, in data frames or by the map's own
script, never through Markdown or HTML.
"""
