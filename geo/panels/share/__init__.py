"""The window "Share this map": pictures, moving pictures, a page, a bundle, and words for them.

All of it is made from one ``Choice``: what is open, the view, the words on it, what is held back.
Nothing heavy is made before it is asked for.
"""

from geo.panels.share.dialog import share_dialog

__all__ = ["share_dialog"]
