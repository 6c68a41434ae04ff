"""planted.py FOLDER: results as bench/measure writes them, in folders of their own: `kept`, in which every promise just holds,
and one for each promise with a figure that just breaks it."""

import json
import pathlib
import sys

MS, MB = 1e-3, 1_000_000


def row(count, subject, wall, peak, size):
    return {"count": count, "subject": subject, "runs": 5, "wall": wall, "min": wall, "max": wall, "cpu": wall, "peak": peak, "input": size}


def results():
    rows = {}
    for count, size in ((0, MB // 2), (10_000, 15 * MB), (100_000, 150 * MB)):
        rows[count, "check"] = row(count, "check", size / (150 * MB) if count else 10 * MS, 2 * size, size)
        rows[count, "copy-in"] = row(count, "copy-in", 1 * MS, 2 * MB, size)
        for lang in ("c", "rust"):
            wall = size * 10 * MS / MB if count else 20 * MS
            rows[count, f"gen-{lang}"] = row(count, f"gen-{lang}", wall, 3 * size, size)
            rows[count, f"copy-{lang}"] = row(count, f"copy-{lang}", wall / 2.9, 2 * MB, size)
        rows[count, "gen-both"] = row(count, "gen-both", size * 15 * MS / MB if count else 50 * MS, 3 * size, size)
    return rows


BREAKS = {
    "slow-check": (10_000, "check", "wall", 1.01),
    "slow-large-check": (100_000, "check", "wall", 1.01),
    "slow-bundled": (0, "gen-both", "wall", 1.02),
    "slower-than-cp": (0, "copy-rust", "wall", 0.9),
    "slow-wall": (10_000, "gen-rust", "wall", 1.15),
    "slow-cpu": (10_000, "gen-c", "cpu", 1.15),
    "large": (10_000, "gen-c", "peak", 1.04),
    "growing-wall": (100_000, "gen-c", "min", 1.02),
    "growing-cpu": (100_000, "gen-rust", "cpu", 1.02),
    "growing-memory": (100_000, "gen-rust", "peak", 1.02),
}

for name, change in {"kept": None, **BREAKS}.items():
    rows = results()
    if change:
        count, subject, metric, factor = change
        rows[count, subject][metric] *= factor
    folder = pathlib.Path(sys.argv[1]) / name
    folder.mkdir(parents=True)
    (folder / "results.json").write_text(json.dumps({
        "quick": False, "commit": "0123456789ab", "processor": "a processor", "processors": 2, "versions": ["a tool"],
        "load-before": [0.5], "load-after": [0.25], "rows": list(rows.values()),
    }))
