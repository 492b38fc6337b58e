"""Taking a device's known errors out of a result, at a stated price in shots."""
