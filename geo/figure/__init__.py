"""Pictures of a view: PNG, SVG and PDF, composed on the server."""

from geo.figure.compose import compose
from geo.figure.scene import Overlay, Scene

__all__ = ["Overlay", "Scene", "compose"]
