"""System calls that a child which decodes media has no use for, refused by the kernel (seccomp)."""

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator
from itertools import chain

from kiwi.storage.privileges import call

MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column of the table below, and the machine's name in the kernel (AUDIT_ARCH)."""
REFUSED = """
socket 41 198, socketpair 53 199, connect 42 203, bind 49 200, listen 50 201, accept 43 202, accept4 288 242, sendto 44 206,
sendmsg 46 211, sendmmsg 307 269, recvmsg 47 212, recvmmsg 299 243, setsockopt 54 208,

fork 57 -, vfork 58 -, execve 59 221, execveat 322 281, ptrace 101 117, kcmp 312 272, process_vm_readv 310 270,
process_vm_writev 311 271, process_madvise 440 440, process_mrelease 448 448, pidfd_open 434 434, pidfd_getfd 438 438,
pidfd_send_signal 424 424, tkill 200 130, rt_sigqueueinfo 129 138, rt_tgsigqueueinfo 297 240,

unshare 272 97, setns 308 268, mount 165 40, umount2 166 39, pivot_root 155 41, chroot 161 51, open_tree 428 428,
move_mount 429 429, fsopen 430 430, fsconfig 431 431, fsmount 432 432, fspick 433 433, mount_setattr 442 442, statmount 457 457,
listmount 458 458, quotactl 179 60, quotactl_fd 443 443, swapon 167 224, swapoff 168 225, mknod 133 -, mknodat 259 33,
symlink 88 -, symlinkat 266 36, link 86 -, linkat 265 37, open_by_handle_at 304 265, name_to_handle_at 303 264,
fanotify_init 300 262, fanotify_mark 301 263,

setuid 105 146, setgid 106 144, setreuid 113 145, setregid 114 143, setresuid 117 147, setresgid 119 149, setfsuid 122 151,
setfsgid 123 152, setgroups 116 159, capset 126 91, setsid 112 157, setpgid 109 154, chown 92 -, fchown 93 55, lchown 94 -,
fchownat 260 54, setxattr 188 5, lsetxattr 189 6, fsetxattr 190 7, removexattr 197 14, lremovexattr 198 15, fremovexattr 199 16,

bpf 321 280, perf_event_open 298 241, userfaultfd 323 282, io_uring_setup 425 425, io_uring_enter 426 426,
io_uring_register 427 427, io_setup 206 0, io_submit 209 2, splice 275 76, tee 276 77, vmsplice 278 75, memfd_secret 447 447,
add_key 248 217, request_key 249 218, keyctl 250 219, seccomp 317 277, personality 135 92, modify_ldt 154 -, ioperm 173 -,
iopl 172 -, migrate_pages 256 238, move_pages 279 239, lookup_dcookie 212 18, lsm_set_self_attr 460 460,

shmget 29 194, shmat 30 196, shmctl 31 195, semget 64 190, semop 65 193, semctl 66 191, semtimedop 220 192, msgget 68 186,
msgsnd 69 189, msgrcv 70 188, msgctl 71 187, mq_open 240 180, mq_unlink 241 181,

init_module 175 105, finit_module 313 273, delete_module 176 106, kexec_load 246 104, kexec_file_load 320 294, reboot 169 142,
syslog 103 116, acct 163 89, settimeofday 164 170, clock_settime 227 112, adjtimex 159 171, clock_adjtime 305 266,
sethostname 170 161, setdomainname 171 162, vhangup 153 58, nfsservctl 180 42, uselib 134 -, _sysctl 156 -, sysfs 139 -, ustat 136 -
"""
"""Name, number on x86_64, number on aarch64 (-: it has none). In this order: networks; other processes; file systems; other users;
the kernel's own machinery; System V; the machine."""
CLONE, CLONE3, KILL, TGKILL, PRCTL, PRLIMIT, IOCTL, FCNTL, SECCOMP = (
    (56, 220), (435, 435), (62, 129), (234, 131), (157, 167), (302, 261), (16, 29), (72, 25), (317, 277),
)  # fmt: skip
NEWEST = 462
"""The last call that was looked at (mseal, Linux 6.10); libraries do without later ones."""
X32 = 0x40000000
"""Numbers from here are x86_64's second set of calls."""

CLONE_THREAD = 0x00010000
PR_SET_PDEATHSIG, PR_SET_MM, PR_SET_PTRACER = 1, 35, 0x59616D61
TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP = 0x5412, 0x541C, 0x8901, 0x8902
F_SETOWN, F_SETSIG, F_SETOWN_EX = 8, 10, 15
"""Whoever owns a descriptor is sent signals by the kernel, of any number."""
SET_MODE_FILTER, FILTER_FLAG_TSYNC = 1, 1

LOAD, EQUAL, AT_LEAST, ANY_BIT, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
"""Opcodes of classic BPF: load a word, jump if equal, if not less, if a bit is set, return."""
NUMBER, ARCHITECTURE, FIRST, SECOND = 0, 4, 16, 24
"""Where `struct seccomp_data` has the call's number, the machine, and the low words of its arguments."""
ALLOW, KILL_PROCESS, FAIL = 0x7FFF0000, 0x80000000, 0x00050000
Instruction = tuple[int, int, int, int]
"""Opcode, jump if true, jump if false, constant."""


class Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_void_p))


def refused_numbers(column: int) -> list[int]:
    """The numbers of all calls that are refused whatever their arguments, on one machine."""
    rows = (row.split() for row in REFUSED.replace("\n", " ").split(",") if row.strip())
    return [int(row[1 + column]) for row in rows if row[1 + column] != "-"]


def plan_filter(column: int, architecture: int, pid: int) -> list[Instruction]:
    """The filter's program for a machine and the process that will be under it."""

    def number_is(row: tuple[int, int], *then: Instruction) -> Iterator[Instruction]:
        """Do something for one call; who falls through it may go on."""
        yield (EQUAL, 0, len(then) + 1, row[column])
        yield from then
        yield (RETURN, 0, 0, ALLOW)

    def fail(number: int) -> Instruction:
        return (RETURN, 0, 0, FAIL | number)

    def unless_self(argument: int, *also: int) -> tuple[Instruction, ...]:
        """Fail unless an argument is the process's own number, or one of some more."""
        known = (pid, *also)
        tests = [(EQUAL, len(known) - place, 0, value) for place, value in enumerate(known)]
        return ((LOAD, 0, 0, argument), *tests, fail(errno.EPERM))

    def if_one_of(argument: int, *values: int) -> tuple[Instruction, ...]:
        tests = [(EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
        return ((LOAD, 0, 0, argument), *tests, (RETURN, 0, 0, ALLOW), fail(errno.EPERM))

    refusals = chain.from_iterable(((EQUAL, 0, 1, number), fail(errno.EPERM)) for number in refused_numbers(column))
    return [
        (LOAD, 0, 0, ARCHITECTURE),
        (EQUAL, 1, 0, architecture),
        (RETURN, 0, 0, KILL_PROCESS),
        (LOAD, 0, 0, NUMBER),
        (AT_LEAST, 0, 1, X32 if column == 0 else 0xFFFFFFFF),
        fail(errno.ENOSYS),
        (AT_LEAST, 0, 1, NEWEST + 1),
        fail(errno.ENOSYS),
        *refusals,
        (EQUAL, 0, 1, CLONE3[column]),  # its flags cannot be seen from here: the C library then takes clone
        fail(errno.ENOSYS),
        *number_is(CLONE, (LOAD, 0, 0, FIRST), (ANY_BIT, 1, 0, CLONE_THREAD), fail(errno.EPERM)),
        *number_is(KILL, *unless_self(FIRST)),
        *number_is(TGKILL, *unless_self(FIRST)),
        *number_is(PRLIMIT, *unless_self(FIRST, 0)),
        *number_is(PRCTL, *if_one_of(FIRST, PR_SET_PDEATHSIG, PR_SET_MM, PR_SET_PTRACER)),
        *number_is(IOCTL, *if_one_of(SECOND, TIOCSTI, TIOCLINUX, FIOSETOWN, SIOCSPGRP)),
        *number_is(FCNTL, *if_one_of(SECOND, F_SETOWN, F_SETSIG, F_SETOWN_EX)),
        (RETURN, 0, 0, ALLOW),
    ]


def refuse_calls() -> None:
    """Put this process, with all its threads, under the filter for good; no new privileges must be possible any more. OSError."""
    if not sys.platform.startswith("linux") or platform.machine() not in MACHINES or sys.maxsize < 2**32:
        raise OSError(errno.ENOSYS, f"no filter is known for {platform.machine()}")
    column, architecture = MACHINES[platform.machine()]
    filters = b"".join(struct.pack("=HBBI", *step) for step in plan_filter(column, architecture, os.getpid()))
    memory = ctypes.create_string_buffer(filters, len(filters))
    program = Program(len(filters) // 8, ctypes.addressof(memory))
    call("syscall", SECCOMP[column], SET_MODE_FILTER, FILTER_FLAG_TSYNC, ctypes.byref(program))
