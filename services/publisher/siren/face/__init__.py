"""The siren's public face: pages, CAP and Atom as plain files, and a child process to serve them.

Drawn by the siren, served by a process of its own: however many read, the lane goes on.
"""
