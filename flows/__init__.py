"""When things happen: one operation a file, reading like the procedure it carries out."""
