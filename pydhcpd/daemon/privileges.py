"""User, group and root directory of the running server (`-user`, `-group`, `-chroot`)."""

import grp
import os
import pwd
from dataclasses import dataclass
from typing import final

from pydhcpd.daemon.fatal import Fatal
from pydhcpd.daemon.path import file_name


@final
@dataclass(frozen=True, slots=True)
class Identity:
    """Who the server becomes after start-up; None: stays as it is."""

    user: int | None
    group: int | None


def find_identity(user: str | None, group: str | None) -> Identity:
    """Look both names up; a user alone brings its primary group."""
    user_number: int | None = None
    group_number: int | None = None
    if user is not None:
        if os.geteuid() != 0:
            raise Fatal("you must be root to set user")
        try:
            entry = pwd.getpwnam(user)
        except (KeyError, ValueError):
            raise Fatal(f"no such user: {user}") from None
        user_number = entry.pw_uid
        group_number = entry.pw_gid
    if group is not None:
        if os.geteuid() != 0:
            raise Fatal("you must be root to set group")
        try:
            group_number = grp.getgrnam(group).gr_gid
        except (KeyError, ValueError):
            raise Fatal(f"no such group: {group}") from None
    return Identity(user_number, group_number)


def change_root(directory: str) -> None:
    """chroot(2) into the directory."""
    if os.geteuid() != 0:
        raise Fatal("you must be root to use chroot")
    try:
        os.chroot(file_name(directory))
        os.chdir("/")
    except OSError as error:
        raise Fatal(f'chroot("{directory}"): {error.strerror}') from None


def become(identity: Identity) -> None:
    """Drop to the identity, the supplementary groups with it."""
    if identity.user is None and identity.group is None:
        return
    try:
        if identity.group is not None:
            os.setgroups([])
            os.setgid(identity.group)
        if identity.user is not None:
            os.setuid(identity.user)
    except OSError as error:
        raise Fatal(f"setuid or setgid: {error.strerror}") from None
