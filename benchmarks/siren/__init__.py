"""How fast the emergency lane is, while everything else is jammed, ill or dead."""
