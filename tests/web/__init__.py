"""The planner's pages, read as a browser and a screen reader would."""
