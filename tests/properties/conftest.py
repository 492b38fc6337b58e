"""Laws are tried on the same examples everywhere, however busy the machine."""

from hypothesis import settings

settings.register_profile(
    "laws", deadline=None, derandomize=True, database=None, max_examples=60
)
settings.load_profile("laws")
