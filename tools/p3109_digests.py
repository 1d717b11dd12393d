"""Digests of P3109's published value tables.

How to run, with a checkout of https://github.com/P3109/Public (its folder "Value Tables/Hexadecimal" contains one CSV file per format, K = 3 to 16):

    git -C PUBLIC rev-parse HEAD
    python tools/p3109_digests.py "PUBLIC/Value Tables/Hexadecimal" COMMIT crates/verify/tables/p3109.txt

The tables are copyright IEEE and are not copied: only one digest per format is written, described in crates/verify/tables/README.md.
"""

import re
import sys
from multiprocessing import Pool
from pathlib import Path

from recorded_tables import fnv

NUMBER = re.compile(r"(-?)0x([0-9a-f]*)\.?([0-9a-f]*)p([+-][0-9]+)")


def canonical(value):
    """`nan`, `inf`, `0`, or an odd integer and a power of two: `-5p-3`."""
    if not value.startswith(("0x", "-0x")):
        return {"NaN": "nan", "Inf": "inf", "-Inf": "-inf"}[value]
    sign, whole, fraction, exponent = NUMBER.fullmatch(value).groups()
    significand, exponent = int(whole + fraction, 16), int(exponent) - 4 * len(fraction)
    if significand == 0:
        return "-0" if sign else "0"
    zeros = (significand & -significand).bit_length() - 1
    return f"{sign}{significand >> zeros}p{exponent + zeros}"


def digest(path):
    rows = [line.split(",") for line in path.read_text(encoding="ascii").splitlines()[1:]]
    assert [int(code, 16) for code, _, _ in rows] == list(range(len(rows))), path
    text = "".join(canonical(value) + "\n" for _, value, _ in rows)
    return f"{path.stem.lower()} {len(rows)} {fnv(text.encode()):016x}"


def main(folder, commit, output):
    files = sorted(Path(folder).glob("K*/P*/*signed/*.csv"), key=lambda p: [int(n) for n in re.findall(r"\d+", p.stem)] + [p.stem])
    with Pool(2) as pool:
        lines = pool.map(digest, files)
    head = [
        f"# Digests of P3109's value tables, https://github.com/P3109/Public at {commit}.",
        "# Written by tools/p3109_digests.py: format, codes, digest of the values in canonical form. The tables are copyright IEEE; none of them is here.",
        "",
    ]
    text = "\n".join(head + lines + [""])
    with open(output, "w", encoding="ascii", newline="\n") as file:
        file.write(text + f"digest {fnv(text.encode()):016x}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
