"""An account on a Bluesky server (AT Protocol): our records, in places that we choose."""
