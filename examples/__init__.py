"""An example week of posts with its pictures, for the demo and for trying things out."""
