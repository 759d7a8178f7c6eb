// SPDX-License-Identifier: Apache-2.0
/**
 * The {@code fit} command: tables of runs of several sizes in, trends across sizes out.
 *
 * <p>A fit is a class that extends {@link io.foreshock.lab.fit.Fit} and is named in {@link
 * io.foreshock.lab.fit.FitCommand}: it reads columns of a {@link io.foreshock.lab.fit.Table} and
 * answers a {@link io.foreshock.lab.fit.FitResult}; options, files, formats and exit codes are the
 * same for all.
 */
package io.foreshock.lab.fit;
