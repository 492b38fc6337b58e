"""An append-only record of what happened, in which every entry names the one before it."""
