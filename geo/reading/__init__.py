"""Reading a report: from text to places (``places``) and to who did what, where, when."""
