"""Faulty devices for `verify`: they do not answer, answer too much or too slowly, or answer something else."""

from runner import Case

ECHO = "while read a b; do echo $a $b 3 00; done"
# What a device does, and the exit codes that are right: its answers are never all right.
DEVICES = {
    "true": (2,),
    "false": (2,),
    "/nosuch/device": (2,),
    "": (2,),
    # What it repeats reads as a result and flags.
    "cat": (1, 2),
    "cat /dev/zero": (2,),
    "yes": (2,),
    "yes 1 2 3 00": (1, 2),
    "sleep 100": (2,),
    "sh -c 'sleep 100 & sleep 100'": (2,),
    "sh -c 'echo; sleep 100'": (2,),
    "sh -c 'read a b; echo $a $b 3 00'": (1, 2),
    "sh -c 'read a b; echo $a $b 3 00; sleep 100'": (1, 2),
    "sh -c 'while :; do printf x; sleep 0.2; done'": (2,),
    "sh -c 'while read a; do printf \"\\033[31m\\007\\n\"; done'": (2,),
    "sh -c 'printf \"\\033[31m\\007\\n\" >&2; exit 1'": (2,),
    "sh -c 'head -c 3000000 /dev/zero >&2; exit 1'": (2,),
    "sh -c 'head -c 100000 /dev/urandom; sleep 1'": (2,),
    "sh -c 'while read a b; do echo $a $b 99999999999999999999999999 00; done'": (2,),
    "sh -c 'while read a b; do echo $a $b 3 zz; done'": (2,),
    "sh -c 'while read a b; do echo $b $a 3 00; done'": (1, 2),
    "sh -c 'while read a b; do echo; done'": (2,),
    "sh -c 'while read a b; do echo $a $b 3 00 more; done'": (1, 2),
    "sh -c 'exec <&-; sleep 100'": (2,),
    "sh -c 'exec >&-; cat >/dev/null'": (2,),
    "sh -c 'kill -9 $$'": (2,),
    "sh -c 'trap \"\" TERM INT HUP; sleep 100'": (2,),
    f"sh -c '{ECHO}'": (1,),
    f"sh -c 'sleep 100 & {ECHO}'": (1,),
}


def device(rng, folder):
    command = rng.choice(list(DEVICES))
    args = ["verify", "e2m1", "--op", "mul", "--round", "rne", "--against", "scalar", "--subject", "cmd:" + command]
    # Enough time, where all is well.
    seconds = rng.choice(["0.3", "1"]) if 2 in DEVICES[command] else "10"
    args += ["--timeout", seconds, "--startup-timeout", seconds, *rng.choice([[], ["--json"], ["--threads", "1"], ["--threads", "8"]])]
    outputs = ()
    if rng.random() < 0.3:
        args, outputs = args + ["--junit", "x.xml"], ("x.xml",)
    return Case(args, outputs=outputs, codes=DEVICES[command])


def timeout(rng, folder):
    value = rng.choice(["0", "-1", "nan", "inf", "1e19", "1e-9", "18446744073709551616", "1e400", "x", ""])
    return Case(["verify", "e2m1", "--op", "neg", "--round", "rne", "--against", "scalar", "--subject", "cmd:true", rng.choice(["--timeout", "--startup-timeout"]), value], codes=(2,))


CATEGORIES = {
    "device": (3, device),
    "timeout": (1, timeout),
}
