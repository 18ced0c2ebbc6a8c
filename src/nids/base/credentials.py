"""Messages without passwords."""

import re

# Up to the last @ before the path: a password may hold one. A token may stand where the user's name does.
_USER = re.compile(r"(?<=://)[^\s/?#]*@")


def without_credentials(text: str) -> str:
    """Return ``text`` with what stands before the host taken out of every URL: user, password or token."""
    return _USER.sub("", text)
