"""What a browser calls itself, told so that a person recognises their own machine."""

import re

_BROWSERS = (
    ("Edge", r"Edg(?:e|A|iOS)?/(\d+)"),
    ("Cốc Cốc", r"coc_coc_browser/(\d+)"),
    ("Opera", r"OPR/(\d+)"),
    ("Firefox", r"(?:Firefox|FxiOS)/(\d+)"),
    ("Chrome", r"(?:Chrome|CriOS)/(\d+)"),
    ("Safari", r"Version/(\d+).*Safari"),
)
_SYSTEMS = (
    ("điện thoại Android", r"Android.*Mobile"),
    ("máy tính bảng Android", r"Android"),
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Windows", r"Windows"),
    ("macOS", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux|X11"),
)


def device_name(user_agent: str) -> str:
    """Browser and system, such as “Chrome 140 trên Windows”; a plain word when neither is known."""
    browser = next(
        (f"{name} {found[1]}" for name, shape in _BROWSERS if (found := re.search(shape, user_agent))),
        "Trình duyệt khác",
    )
    system = next((name for name, shape in _SYSTEMS if re.search(shape, user_agent)), "")
    return f"{browser} trên {system}" if system else browser
