#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Tokens per parameter at the best split of a budget (Hoffmann et al. 2022, eq. 4), for four sets of parameters.

    benchmarks/allocation.py [PLOT.svg]
"""
import math
import sys

import science

SURFACES = {  # A, B, alpha, beta; docs/chinchilla.md gives their sources
    "240 points, fitted here": (477.83, 2143.4, 0.3473, 0.3672),
    "all 245 points, fitted here": (495.7, 12846, 0.3493, 0.4530),
    "Hoffmann, unrounded": (math.exp(6.0073404), math.exp(6.0179186), 0.33917084, 0.2849083),
    "Hoffmann, as printed": (406.4, 410.7, 0.34, 0.28),
}


def ratio(budget, a, b, alpha, beta):
    g = (alpha * a / (beta * b)) ** (1 / (alpha + beta))
    return g**-2 * (budget / 6) ** ((alpha - beta) / (alpha + beta))


def main():
    decades = [10.0**i for i in range(17, 27, 2)]
    science.table(["tokens per parameter at", *(f"{c:.0e}" for c in decades)],
                  [[name, *(f"{ratio(c, *of):.3g}" for c in decades)] for name, of in SURFACES.items()])
    if len(sys.argv) > 1:
        plot, (axis,) = science.figure(1, width=5)
        budgets = [10 ** (17 + i / 10) for i in range(91)]
        for (name, of), colour in zip(SURFACES.items(), science.COLOURS):
            axis.plot(budgets, [ratio(c, *of) for c in budgets], color=colour, linewidth=1.3, label=name)
        axis.set(xscale="log", yscale="log", xlabel="FLOPs", ylabel="tokens per parameter")
        axis.legend(fontsize=8)
        science.save(plot, sys.argv[1])


if __name__ == "__main__":
    main()
