"""All pages are known before any of them is tried, as in the served app."""

import pages.registry  # noqa: F401
