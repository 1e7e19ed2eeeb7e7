"""Duty officers: who they are, how they show it, how they sign, and how they are called."""
