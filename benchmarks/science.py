#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Prints the tables and draws the plots of docs/science.md from the runs that benchmarks/science.sh has trained.

    benchmarks/science.py FINDING DIR [--plot FILE.svg]

FINDING and DIR are the same as for science.sh. Sensitivities are computed by `./foreshock fit lr-sensitivity` for each
seed separately. In the tables "0.118 (0.110-0.125)" is the mean over the seeds and their range; with one seed there is
no range. Plots need matplotlib (pip install matplotlib).
"""
import argparse
import collections
import csv
import gzip
import json
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

HOME = pathlib.Path(__file__).resolve().parent.parent
COLOURS = ["#2b7fd4", "#d9662b", "#2b9d5a", "#a65bc4", "#cf4560", "#94821f", "#1f9ba6", "#8a8a8a"]
MARKERS = "osD^vPX*"
KAPPA = {"base": None, "k1": 1, "k10": 10, "k100": 100, "k1000": 1e3, "k10000": 1e4}

INTERVENTIONS = {
    "qk": "qk-layernorm",
    "warm1": "… no warm-up",
    "warm75": "… warm-up of 75",
    "independent": "… independent decay 1e-4",
    "eps6": "… ε 1e-6",
    "eps15": "… ε 1e-15",
    "eps4": "… ε 1e-4",
    "eps3": "… ε 1e-3",
    "batch16": "… batch doubled",
    "steps600": "… steps doubled",
    "base": "no qk-layernorm",
    "updclip": "… update clipping",
    "zclip": "… ZClip",
    "sigma": "… σReparam",
}

DECAY = {"coupled": "decay 0.1 · η", "independent4": "independent decay 1e-4", "independent3": "independent decay 1e-3"}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("finding", choices=FINDINGS)
    parser.add_argument("dir", type=pathlib.Path)
    parser.add_argument("--plot", type=pathlib.Path)
    options = parser.parse_args()
    if not options.dir.is_dir():
        parser.error(f"{options.dir}: expected the directory of a sweep (benchmarks/science.sh)")
    FINDINGS[options.finding](options.dir, options.plot)


def rows(directory):
    with open(directory / "results.csv", newline="") as file:
        return [row for row in csv.DictReader(file) if row["status"] != "failed"]


def nominal(directory):
    """{parameters: 12 · layers · width²}. Variants of one size differ by the few parameters of their norms."""
    return {float(row["parameters"]): 12 * int(row["layers"]) * int(row["width"]) ** 2 for row in rows(directory)}


def sensitivities(directory):
    """{variant: {size: [(sensitivity, best loss, best learning rate) of each seed]}}, computed by the fit command."""
    call = [HOME / "foreshock", "fit", "lr-sensitivity", "--csv", directory / "results.csv"]
    answer = subprocess.run(
        [*call, "--by", "variant,seed", "--format", "json"], check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    found = json.loads(answer.stdout)["rows"]
    whole = max(len(row["cells"]) for row in found)
    at = nominal(directory)
    table = collections.defaultdict(lambda: collections.defaultdict(list))
    for row in found:
        if len(row["cells"]) == whole:  # the sensitivity of a seed in training would be incomplete
            table[row["variant"]][at[row["parameters"]]].append(
                (row["sensitivity"], row["best_loss"], row["best_learning_rate"])
            )
    return table


def cell_losses(directory):
    """{variant: {size: {learning rate: [loss of each seed]}}}; a diverged run has its initial loss."""
    at = nominal(directory)
    table = collections.defaultdict(lambda: collections.defaultdict(lambda: collections.defaultdict(list)))
    for row in rows(directory):
        loss, initial = float(row["loss"] or "nan"), float(row["initial_loss"])
        table[row["variant"]][at[float(row["parameters"])]][float(row["learning_rate"])].append(
            loss if loss < initial else initial
        )
    return table


def spread(values, digits=3):
    mean = f"{statistics.fmean(values):.{digits}f}"
    return mean if len(values) == 1 else f"{mean} ({min(values):.{digits}f}–{max(values):.{digits}f})"


def size(parameters):
    return f"{parameters / 1e6:.1f} M" if parameters >= 1e6 else f"{parameters / 1e3:.0f} k"


def table(header, lines):
    print("| " + " | ".join(header) + " |")
    print("|---" * len(header) + "|")
    for line in lines:
        print("| " + " | ".join(line) + " |")


def figure(columns, width=4.2, height=3.2, **share):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "foreshock", "font.size": 9})
    from matplotlib import pyplot

    plot, axes = pyplot.subplots(1, columns, figsize=(width * columns, height), squeeze=False, **share)
    for axis in axes[0]:
        axis.grid(True, alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
    return plot, axes[0]


def save(plot, file):
    plot.tight_layout()
    plot.savefig(file, metadata={"Date": None}, facecolor="white")


def with_range(axis, x, seeds, **style):
    """Draws a line through the means of the seeds, with bars for their ranges."""
    means = [statistics.fmean(values) for values in seeds]
    ends = [[m - min(v) for m, v in zip(means, seeds)], [max(v) - m for m, v in zip(means, seeds)]]
    axis.errorbar(x, means, yerr=ends, capsize=2, linewidth=1.3, markersize=4, **style)


def losses_by_rate(directory, file, names):
    """Draws a panel for each variant, with a line for each size."""
    losses = cell_losses(directory)
    if not file:
        return
    plot, axes = figure(len(names), sharey=True)
    for axis, (variant, title) in zip(axes, names.items()):
        for i, (parameters, rates) in enumerate(sorted(losses[variant].items())):
            by_rate = sorted(rates.items())
            with_range(axis, [r for r, _ in by_rate], [v for _, v in by_rate],
                       color=COLOURS[i], marker=MARKERS[i], label=size(parameters))
        axis.set(title=title, xscale="log", xlabel="learning rate")
    axes[0].set_ylabel("loss at the end, nats")
    axes[0].legend(fontsize=8)
    save(plot, file)


def against_size(file, table_of, names, what, label, axis=None):
    plot = None
    if axis is None:
        plot, (axis,) = figure(1, width=5)
    for i, (variant, title) in enumerate(names.items()):
        by_size = sorted(table_of[variant].items())
        with_range(axis, [p for p, _ in by_size], [[seed[what] for seed in seeds] for _, seeds in by_size],
                   color=COLOURS[i % 8], marker=MARKERS[i % 8], label=title)
    axis.set(xscale="log", xlabel="parameters", ylabel=label)
    axis.xaxis.set_minor_formatter("")
    if plot:
        axis.legend(fontsize=8)
        save(plot, file)


def sizes(directory, file):
    names = {"base": "without qk-layernorm", "qk": "with qk-layernorm"}
    losses, found = cell_losses(directory), sensitivities(directory)
    rates = sorted({rate for by_size in losses.values() for by_rate in by_size.values() for rate in by_rate})
    lines = []
    for variant, title in names.items():
        for parameters, by_rate in sorted(losses[variant].items()):
            means = [statistics.fmean(by_rate[rate]) for rate in rates]
            cells = [
                f"**{spread(by_rate[rate], 2)}**" if any(mean > 1.1 * lower for lower in means[:i]) else
                spread(by_rate[rate], 2)
                for i, (rate, mean) in enumerate(zip(rates, means))
            ]
            lines.append([title, size(parameters), *cells, spread([s[0] for s in found[variant][parameters]])])
    table(["", "N", *(f"{rate:g}" for rate in rates), "LR sensitivity"], lines)
    losses_by_rate(directory, file, names)


def compared(directory, file, names):
    found = sensitivities(directory)
    names = {variant: title for variant, title in names.items() if variant in found}
    at = sorted({parameters for variant in names for parameters in found[variant]})
    lines = []
    for variant, title in names.items():
        lines.append([title])
        for what in (0, 1):
            for parameters in at:
                seeds = found[variant].get(parameters)
                lines[-1].append(spread([seed[what] for seed in seeds], 3 - what) if seeds else "–")
    table(["", *(f"LRS, {size(p)}" for p in at), *(f"lowest loss, {size(p)}" for p in at)], lines)
    if file:
        plot, (axis,) = figure(1, width=7.5, height=4.2)
        for i, parameters in enumerate(at):
            for j, variant in enumerate(names):
                seeds = [seed[0] for seed in found[variant].get(parameters, [])]
                axis.plot(seeds, [-j - 0.22 * (i - 1)] * len(seeds), MARKERS[i], color=COLOURS[i], markersize=4,
                          label=size(parameters) if j == 0 else None)
        axis.set(yticks=[-j for j in range(len(names))], yticklabels=list(names.values()), xlabel="LR sensitivity, nats")
        axis.legend(fontsize=8)
        save(plot, file)


def decay(directory, file):
    compared(directory, None, DECAY)
    losses_by_rate(directory, file, DECAY)


def mup(directory, file):
    names = {"qk": "standard", "simple": "simple μParam", "full": "full μParam"}
    found = sensitivities(directory)
    lines = [
        [title, size(parameters), ", ".join(f"{seed[2]:g}" for seed in seeds), spread([seed[1] for seed in seeds], 2),
         spread([seed[0] for seed in seeds])]
        for variant, title in names.items() for parameters, seeds in sorted(found[variant].items())
    ]
    table(["", "N", "best rate, a seed each", "lowest loss", "LR sensitivity"], lines)
    losses_by_rate(directory, file, names)


def bitnet(directory, file):
    names = {"float": "full precision", "mean": "ternary, mean", "median": "ternary, median"}
    found = sensitivities(directory)
    lines = [
        [size(parameters), *(spread([seed[1] for seed in found[variant][parameters]]) for variant in names)]
        for parameters in sorted(found["float"])
    ]
    table(["N", *names.values()], lines)
    if file:
        against_size(file, found, names, 1, "lowest loss, nats")


def scaling(directory, file):
    names = {"depth": "depth only, width 64", "width": "width only, 3 layers", "joint": "both"}
    found = sensitivities(directory)
    lines = [
        [title, size(parameters), spread([s[0] for s in seeds]), spread([s[1] for s in seeds], 2)]
        for variant, title in names.items() for parameters, seeds in sorted(found[variant].items())
    ]
    table(["", "N", "LR sensitivity", "lowest loss"], lines)
    if file:
        plot, axes = figure(2)
        against_size(None, found, names, 0, "LR sensitivity, nats", axes[0])
        against_size(None, found, names, 1, "lowest loss, nats", axes[1])
        axes[0].legend(fontsize=8)
        save(plot, file)


def kappa(directory, file):
    cells = collections.defaultdict(lambda: collections.defaultdict(list))
    logits = collections.defaultdict(lambda: collections.defaultdict(list))
    at = nominal(directory)
    for row in rows(directory):
        cells[at[float(row["parameters"])]][row["variant"]].append(float(row["loss"]))
        logits[at[float(row["parameters"])]][row["variant"]].append(float(row["attention_logit_max_run"]))
    lines = []
    for parameters, by_variant in sorted(cells.items()):
        lines.append([f"loss, {size(parameters)}", *(spread(by_variant[v], 2) for v in KAPPA)])
        lines.append(["largest logit", *(f"{statistics.fmean(logits[parameters][v]):.3g}" for v in KAPPA)])
    table(["κ", "none", *(f"{k:g}" for k in KAPPA.values() if k)], lines)
    if file:
        plot, (axis,) = figure(1, width=5)
        for i, (parameters, by_variant) in enumerate(sorted(cells.items())):
            with_range(axis, [k for k in KAPPA.values() if k], [by_variant[v] for v, k in KAPPA.items() if k],
                       color=COLOURS[i], marker=MARKERS[i], label=size(parameters))
            axis.axhline(statistics.fmean(by_variant["base"]), color=COLOURS[i], linewidth=0.8, linestyle=":")
        axis.axhline(2.50, color="#888", linewidth=1, linestyle="--")
        axis.text(1, 2.505, "bigram model", fontsize=8, color="#666")
        axis.set(xscale="log", xlabel="κ (dotted: attention as trained)", ylabel="loss at the end, nats")
        axis.legend(fontsize=8)
        save(plot, file)


def log_z(telemetry):
    """The steps and the mean log Z in the file of a run."""
    steps, values = [], []
    with gzip.open(telemetry, "rt") as lines:
        for line in lines:
            if line.startswith("train_step"):
                found = re.search(r"[ ,]step=(\d+)i.*?log_z_mean=([-0-9.eE+]+)", line)
                if found:
                    steps.append(int(found[1]))
                    values.append(float(found[2]))
    return steps, values


def smooth(values, width):
    total, means = 0.0, []
    for i, value in enumerate(values):
        total += value - (values[i - width] if i >= width else 0)
        means.append(total / min(i + 1, width))
    return means


def zloss(directory, file):
    names = {"neither": "neither", "zloss": "z-loss 1e-4", "decay": "independent decay 1e-4"}
    cells = collections.defaultdict(list)
    size_of = nominal(directory)
    for row in rows(directory):
        cells[size_of[float(row["parameters"])], row["variant"], float(row["learning_rate"])].append(row)
    at = sorted({key[0] for key in cells})
    rates = sorted({key[2] for key in cells})
    lines = []
    for parameters in at:
        for variant, title in names.items():
            line = [size(parameters), title]
            for rate in rates:
                found = cells[parameters, variant, rate]
                line.append(f"{spread([float(r['log_z_mean']) for r in found], 2)} · "
                            f"{spread([float(r['loss']) for r in found], 2)}" if found else "–")
            lines.append(line)
    table(["N", "", *(f"{rate:g}: log Z · loss" for rate in rates)], lines)
    if file:
        plot, axes = figure(len(at), width=3.4, sharey=True)
        for axis, parameters in zip(axes, at):
            for i, (variant, title) in enumerate(names.items()):
                for j, row in enumerate(cells[parameters, variant, 0.1]):
                    steps, values = log_z(directory / "runs" / f"{row['run']}.lp.gz")
                    every = max(1, len(values) // 200)
                    axis.plot(steps[::every], smooth(values, 4 * every)[::every], color=COLOURS[i], linewidth=1,
                              label=title if j == 0 else None)
            axis.set(title=f"{size(parameters)}, rate 0.1", xlabel="step")
        axes[0].set_ylabel("log Z, nats")
        axes[0].legend(fontsize=8)
        save(plot, file)


def preflight(directory, file):
    call = [HOME / "foreshock", "preflight", "--hold-out", "--runs", directory / "runs"]
    subprocess.run(call, check=True)
    if not file:
        return
    answer = subprocess.run([*call, "--format", "json"], check=True, stdout=subprocess.PIPE)
    judged = json.loads(answer.stdout)["judgements"]
    at = nominal(directory)
    sizes_judged = sorted({at[judgement["parameters"]] for judgement in judged})
    plot, axes = figure(len(sizes_judged), width=3.4, sharey=True)
    for axis, parameters in zip(axes, sizes_judged):
        axis.axhline(0.5, color="#888", linewidth=0.8, linestyle="--")
        for i, (variant, title) in enumerate({"base": "without qk-layernorm", "qk": "with"}.items()):
            mine = sorted((j["learning_rate"], j["probability"], j["lost"]) for j in judged
                          if at[j["parameters"]] == parameters and j["run"].startswith(variant + "-"))
            axis.plot([j[0] for j in mine], [j[1] for j in mine], color=COLOURS[i], linewidth=1, label=title)
            for lost, fill in ((True, COLOURS[i]), (False, "white")):
                axis.plot([j[0] for j in mine if j[2] == lost], [j[1] for j in mine if j[2] == lost], "o",
                          color=COLOURS[i], markerfacecolor=fill, markersize=6)
        axis.set(title=f"{size(parameters)}, predicted from smaller runs", xscale="log", xlabel="learning rate")
    axes[0].set_ylabel("probability of being lost (filled: was lost)")
    axes[0].legend(fontsize=8)
    save(plot, file)


def mitigation(directory, file):
    """DIR is the directory of benchmarks/mitigation.py, which prints the table."""
    with tempfile.NamedTemporaryFile(suffix=".json") as measured:
        script = HOME / "benchmarks" / "mitigation.py"
        subprocess.run([sys.executable, script, "--out", directory, "--json", measured.name], check=True)
        runs = json.load(measured)
    if not file:
        return
    policies = list(dict.fromkeys(run["policy"] for run in runs))
    plot, axes = figure(2, width=4.6, sharey=True)
    for axis, (title, bad_data) in zip(axes, {"bad data": True, "too high a rate": False}.items()):
        for i, policy in enumerate(policies):
            above = [run["final_loss"] - run["healthy_loss"] for run in runs
                     if run["policy"] == policy and run["run"].startswith("burst") == bad_data]
            axis.plot(above, [-i] * len(above), "o", color=COLOURS[i], alpha=0.7, markersize=5)
        axis.axvline(0, color="#888", linewidth=0.8)
        axis.set(title=title, xlabel="loss at the end above the healthy course, nats")
    axes[0].set(yticks=[-i for i in range(len(policies))], yticklabels=policies)
    save(plot, file)


FINDINGS = {
    "sizes": sizes,
    "preflight": preflight,
    "mitigation": mitigation,
    "interventions": lambda directory, file: compared(directory, file, INTERVENTIONS),
    "decay": decay,
    "scaling": scaling,
    "mup": mup,
    "bitnet": bitnet,
    "kappa": kappa,
    "zloss": zloss,
}

if __name__ == "__main__":
    sys.exit(main())
