"""The platforms that the publisher speaks to, one module for each kind."""
