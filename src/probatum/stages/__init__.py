"""One module a DVC stage: read files, call the library, write files."""
