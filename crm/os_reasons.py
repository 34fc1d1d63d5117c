"""Why the operating system refused something, in words that can be translated."""

from __future__ import annotations

import errno
import socket

from crm.i18n import N_, Word

REASONS = {
    errno.EPERM: N_("Operation not permitted"),
    errno.ENOENT: N_("No such file or directory"),
    errno.EIO: N_("Input/output error"),
    errno.EACCES: N_("Permission denied"),
    errno.EEXIST: N_("File exists"),
    errno.ENOTDIR: N_("Not a directory"),
    errno.EISDIR: N_("Is a directory"),
    errno.EMFILE: N_("Too many open files"),
    errno.EFBIG: N_("File too large"),
    errno.ENOSPC: N_("No space left on device"),
    errno.EROFS: N_("Read-only file system"),
    errno.ENAMETOOLONG: N_("File name too long"),
    errno.EDQUOT: N_("Disk quota exceeded"),
    errno.EADDRINUSE: N_("Address already in use"),
    errno.EADDRNOTAVAIL: N_("This machine has no such address"),
}
UNKNOWN_NAME = N_("Name or service not known")


def reason_of(error: OSError) -> Word:
    """Return the reason of ``error`` for a message; a rare one stays in the system's own words."""
    if isinstance(error, socket.gaierror):  # its numbers are of another table
        return Word(UNKNOWN_NAME)
    return Word(REASONS.get(error.errno or 0) or error.strerror or str(error) or type(error).__name__)
